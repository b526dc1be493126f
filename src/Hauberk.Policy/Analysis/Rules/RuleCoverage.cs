using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Analysis.Rules;

/// <summary>Whether one rule matches whatever another matches. False where that is not certain.</summary>
internal static class RuleCoverage
{
    private const int MaxCombinations = 256;

    public static bool Covers(AuthorizationRule wide, AuthorizationRule narrow)
    {
        var combinations = CombinationsOf(narrow).Take(MaxCombinations + 1).ToList();
        return combinations.Count <= MaxCombinations && combinations.All(fields => Covers(wide, fields));
    }

    // Each way in which the rule can match, as all fields that then hold.
    private static IEnumerable<List<RuleField>> CombinationsOf(AuthorizationRule rule)
    {
        var when = RuleField.OfWhen(rule, "");
        IEnumerable<IEnumerable<RuleField>> from = rule.From.IsEmpty ? [[]] : rule.From.Select(source => RuleField.Of(source, ""));
        IEnumerable<IEnumerable<RuleField>> to = rule.To.IsEmpty ? [[]] : rule.To.Select(operation => RuleField.Of(operation, ""));
        return from.SelectMany(_ => to, (f, t) => (List<RuleField>)[.. f, .. t, .. when]);
    }

    private static bool Covers(AuthorizationRule wide, List<RuleField> narrow) =>
        (wide.From.IsEmpty || wide.From.Any(source => RuleField.Of(source, "").All(field => Holds(field, narrow))))
        && (wide.To.IsEmpty || wide.To.Any(operation => RuleField.Of(operation, "").All(field => Holds(field, narrow))))
        && RuleField.OfWhen(wide, "").All(field => Holds(field, narrow));

    private static bool Holds(RuleField wanted, List<RuleField> given) => given.Where(f => f.Key == wanted.Key).Any(f => Implies(f, wanted));

    private static bool Implies(RuleField given, RuleField wanted) => (given.IsNegated, wanted.IsNegated) switch
    {
        (false, false) => given.Values.All(narrow => wanted.Values.Any(wide => PatternCoverage.Covers(wanted, wide, narrow))),
        (true, true) => wanted.Values.All(narrow => given.Values.Any(wide => PatternCoverage.Covers(wanted, wide, narrow))),
        (false, true) => given.Values.All(narrow => wanted.Values.All(wide => PatternCoverage.Excludes(wanted, wide, narrow))),
        (true, false) => false,
    };
}
