using System.Collections.Immutable;

namespace Hauberk.Policy.Reading;

public sealed class SequenceNode(ImmutableArray<ResourceNode> items, SourcePosition position) : ResourceNode(position)
{
    public ImmutableArray<ResourceNode> Items { get; } = items;
}
