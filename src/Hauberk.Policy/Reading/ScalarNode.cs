namespace Hauberk.Policy.Reading;

/// <param name="value">The text; meaningless where <paramref name="kind"/> is Null.</param>
public sealed class ScalarNode(string value, ScalarKind kind, SourcePosition position) : ResourceNode(position)
{
    public string Value { get; } = value;

    public ScalarKind Kind { get; } = kind;
}
