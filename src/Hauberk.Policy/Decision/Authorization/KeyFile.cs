using System.Collections.Frozen;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>Rules by one kind of key, each list in ascending order.</summary>
internal sealed class KeyFile
{
    private readonly FrozenDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> byKey;

    private KeyFile(Dictionary<string, int[]> byKey, StringComparer comparer)
    {
        All = [.. byKey.Values.SelectMany(v => v).Distinct().Order()];
        this.byKey = byKey.ToFrozenDictionary(comparer).GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public int[] All { get; }

    public static KeyFile? Of(Filing[] filed, IndexKind kind) =>
        Group(filed, kind) is { Count: > 0 } byKey ? new(byKey, ComparerOf(kind)) : null;

    public static Dictionary<string, int[]> Group(Filing[] filed, IndexKind kind) =>
        filed.Index().Where(f => f.Item.Kind == kind).SelectMany(f => f.Item.Keys.Select(key => (Key: key, Rule: f.Index)))
            .GroupBy(f => f.Key, f => f.Rule, ComparerOf(kind))
            .ToDictionary(g => g.Key, g => g.Distinct().Order().ToArray(), ComparerOf(kind));

    public int[]? Find(ReadOnlySpan<char> key) => byKey.TryGetValue(key, out var rules) ? rules : null;

    private static StringComparer ComparerOf(IndexKind kind) =>
        kind == IndexKind.Host ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
}
