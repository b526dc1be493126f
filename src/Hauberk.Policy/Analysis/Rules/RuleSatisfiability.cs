using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Rules;

/// <summary>Finds rules that nothing can match. What it does not find may still match nothing.</summary>
internal sealed class RuleSatisfiability(FieldProbe probe, FieldValues values)
{
    /// <summary>Where and why; null where the rule may match.</summary>
    public (string Path, string Why)? WhyNever(AuthorizationRule rule, string path)
    {
        var when = RuleField.OfWhen(rule, path).ToList();
        return Contradiction(when)
            ?? EveryEntryContradicts(rule.From.Select((source, i) => RuleField.Of(source, $"{path}.from[{i}].source")), when)
            ?? EveryEntryContradicts(rule.To.Select((operation, i) => RuleField.Of(operation, $"{path}.to[{i}].operation")), when);
    }

    private (string, string)? EveryEntryContradicts(IEnumerable<IEnumerable<RuleField>> entries, List<RuleField> when)
    {
        (string, string)? first = null;
        foreach (var entry in entries)
        {
            if (Contradiction(entry.Concat(when)) is not { } found) return null;
            first ??= found;
        }
        return first;
    }

    private (string, string)? Contradiction(IEnumerable<RuleField> fields)
    {
        // Headers and claims are many values: only those of one name can contradict each other.
        foreach (var group in fields.GroupBy(f => f.Dimension is FieldDimension.Header or FieldDimension.Token ? f.Key : f.Dimension.ToString()))
            if (ContradictionIn([.. group]) is { } found) return found;
        return null;
    }

    private (string, string)? ContradictionIn(List<RuleField> fields)
    {
        foreach (var field in fields.Where(f => !f.IsNegated))
        {
            if (field.Values.All(v => values.WhyImpossible(field, v) is not null))
                return (field.Path, $"\"{ForeignText.Shown(field.Values[0])}\" matches nothing, as {values.WhyImpossible(field, field.Values[0])}");
            if (values.List(field) is { } listed && !listed.Any(value => fields.All(other => other == field || probe.Accepts(other, value))))
                return (field.Path, $"none of its values passes {string.Join(" and ", fields.Where(f => f != field).Select(f => f.Path))}");
            if (fields.FirstOrDefault(other => other.IsNegated && other.Key == field.Key && field.Values.All(other.Values.Contains)) is { } opposite)
                return (field.Path, $"{opposite.Path} excludes all of its values");
        }
        return null;
    }
}
