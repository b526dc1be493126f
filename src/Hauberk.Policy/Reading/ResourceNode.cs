namespace Hauberk.Policy.Reading;

/// <summary>One value of the tree that YAML and JSON documents are both read into.</summary>
public abstract class ResourceNode(SourcePosition position)
{
    public SourcePosition Position { get; } = position;
}
