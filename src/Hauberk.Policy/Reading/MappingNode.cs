using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Policy.Reading;

/// <summary>Keys in document order, each once.</summary>
public sealed class MappingNode(ImmutableArray<KeyValuePair<string, ResourceNode>> entries, SourcePosition position) : ResourceNode(position)
{
    public static MappingNode Empty { get; } = new([], default);

    public ImmutableArray<KeyValuePair<string, ResourceNode>> Entries { get; } = entries;

    public bool TryGet(string key, [NotNullWhen(true)] out ResourceNode? value)
    {
        foreach (var entry in Entries)
            if (entry.Key == key)
            {
                value = entry.Value;
                return true;
            }
        value = null;
        return false;
    }

    /// <summary>A copy with <paramref name="key"/> set, in place where it stands, else at the end.</summary>
    public MappingNode With(string key, ResourceNode value)
    {
        for (var i = 0; i < Entries.Length; i++)
            if (Entries[i].Key == key) return new(Entries.SetItem(i, new(key, value)), Position);
        return new(Entries.Add(new(key, value)), Position);
    }

    public MappingNode Without(string key) => new([.. Entries.Where(e => e.Key != key)], Position);
}
