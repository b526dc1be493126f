using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Policy.Reading;

/// <summary>Keys in document order, each once.</summary>
/// <param name="keyPositions">Where each key stands, in the order of <paramref name="entries"/>; default where that is not known.</param>
public sealed class MappingNode(
    ImmutableArray<KeyValuePair<string, ResourceNode>> entries, SourcePosition position, ImmutableArray<SourcePosition> keyPositions = default)
    : ResourceNode(position)
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

    /// <summary>Where a key stands; where that is not known its value, and the mapping itself where there is no such key.</summary>
    public SourcePosition PositionOf(string key)
    {
        for (var i = 0; i < Entries.Length; i++)
            if (Entries[i].Key == key) return keyPositions.IsDefault ? Entries[i].Value.Position : keyPositions[i];
        return Position;
    }

    /// <summary>A copy with <paramref name="key"/> set, in place where it stands, else at the end.</summary>
    public MappingNode With(string key, ResourceNode value)
    {
        for (var i = 0; i < Entries.Length; i++)
            if (Entries[i].Key == key) return new(Entries.SetItem(i, new(key, value)), Position, keyPositions);
        return new(Entries.Add(new(key, value)), Position, keyPositions.IsDefault ? default : keyPositions.Add(value.Position));
    }

    public MappingNode Without(string key)
    {
        for (var i = 0; i < Entries.Length; i++)
            if (Entries[i].Key == key) return new(Entries.RemoveAt(i), Position, keyPositions.IsDefault ? default : keyPositions.RemoveAt(i));
        return this;
    }
}
