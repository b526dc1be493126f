using System.Collections.Immutable;

namespace Hauberk.Policy.Testing;

/// <summary>What the engine says to a question.</summary>
/// <param name="Text">As people read it.</param>
/// <param name="Fields">For questions that are answered by a map.</param>
/// <param name="Rule">Of the deciding rule; null: a default decided.</param>
/// <param name="Reason">One sentence.</param>
public sealed record Answer(string Text, ImmutableSortedDictionary<string, string>? Fields, string? Rule, string Reason)
{
    public static Answer Of(string text, string reason, string? rule = null) => new(text, null, rule, reason);

    public static Answer Of(string reason, string? rule, params ReadOnlySpan<(string Key, string Value)> fields)
    {
        var map = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);
        foreach (var (key, value) in fields) map = map.SetItem(key, value);
        return new("{" + string.Join(", ", map.Select(f => $"{f.Key}: {f.Value}")) + "}", map, rule, reason);
    }

    /// <summary>A question that has no answer. It equals no expectation.</summary>
    public static Answer Error(string reason) => new("error", null, null, reason) { IsError = true };

    public bool IsError { get; private init; }
}
