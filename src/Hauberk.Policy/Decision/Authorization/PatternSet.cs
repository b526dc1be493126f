using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>Values of one field, any of which may match. Many exact ones cost as much as one.</summary>
internal sealed class PatternSet
{
    private const int FewExact = 4;

    private readonly StringComparison comparison;
    private readonly ImmutableArray<ValuePattern> tried;
    private readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>>? exact;

    public PatternSet(IEnumerable<string> values, bool ignoreCase = false)
    {
        comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var patterns = values.Select(ValuePattern.Parse).ToImmutableArray();
        var texts = patterns.Where(p => p.Kind == PatternKind.Exact).Select(p => p.Text).ToImmutableArray();
        AllExact = texts.Length == patterns.Length;
        Texts = texts;
        if (texts.Length <= FewExact)
        {
            tried = patterns;
            return;
        }
        tried = [.. patterns.Where(p => p.Kind != PatternKind.Exact)];
        exact = texts.ToFrozenSet(ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>True where no value has a star with a meaning.</summary>
    public bool AllExact { get; }

    /// <summary>The exact values.</summary>
    public ImmutableArray<string> Texts { get; }

    public bool Matches(ReadOnlySpan<char> value)
    {
        foreach (var pattern in tried)
            if (pattern.Matches(value, comparison)) return true;
        return exact is { } set && set.Contains(value);
    }
}
