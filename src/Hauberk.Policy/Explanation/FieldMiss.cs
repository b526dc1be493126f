using System.Collections.Immutable;

namespace Hauberk.Policy.Explanation;

/// <summary>The first field in which a rule did not fit: the near miss.</summary>
/// <param name="Field">Inside the rule: "from[0].source.principals".</param>
/// <param name="Wanted">The values as written.</param>
/// <param name="IsNegated">True for a "not" field: one of the values was there.</param>
/// <param name="Seen">The value compared; null: there was none.</param>
public sealed record FieldMiss(string Field, ImmutableArray<string> Wanted, bool IsNegated, string? Seen)
{
    public override string ToString() => IsNegated
        ? $"{Field} excludes {string.Join(", ", Wanted)}, and it was {Seen ?? "absent"}"
        : $"{Field} wants {string.Join(" or ", Wanted)}, and it was {Seen ?? "absent"}";
}
