using Hauberk.Policy.Decision.Authorization;

namespace Hauberk.Policy.Analysis.Rules;

/// <summary>Whether one value takes in everything that another does.</summary>
internal static class PatternCoverage
{
    public static bool Covers(RuleField field, string wide, string narrow)
    {
        if (wide == narrow) return true;
        if (!field.TakesPatterns || PathTemplate.IsTemplate(wide) || PathTemplate.IsTemplate(narrow)) return false;
        var comparison = field.Dimension == FieldDimension.Host ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var (outer, inner) = (ValuePattern.Parse(wide), ValuePattern.Parse(narrow));
        return outer.Kind switch
        {
            PatternKind.Presence => true,
            PatternKind.Exact => inner.Kind == PatternKind.Exact && outer.Matches(inner.Text, comparison),
            PatternKind.Prefix => inner.Kind is PatternKind.Exact or PatternKind.Prefix && outer.Matches(inner.Text, comparison),
            _ => inner.Kind is PatternKind.Exact or PatternKind.Suffix && outer.Matches(inner.Text, comparison),
        };
    }

    /// <summary>Whether nothing that <paramref name="narrow"/> takes in is taken in by <paramref name="wide"/>; false where that is not certain.</summary>
    public static bool Excludes(RuleField field, string wide, string narrow) =>
        field.TakesPatterns && !PathTemplate.IsTemplate(wide) && !PathTemplate.IsTemplate(narrow)
        && ValuePattern.Parse(narrow) is { Kind: PatternKind.Exact } exact && !ValuePattern.Parse(wide).Matches(exact.Text, StringComparison.OrdinalIgnoreCase);
}
