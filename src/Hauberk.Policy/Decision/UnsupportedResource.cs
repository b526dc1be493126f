namespace Hauberk.Policy.Decision;

/// <summary>
/// A resource that governs something and that this reader cannot enforce: it needs a feature we do not know, or cannot be read. What it
/// governs is denied; an older, laxer rule never stands in for it.
/// </summary>
/// <param name="Why">One sentence, for logs and explanations.</param>
public sealed record UnsupportedResource(string Kind, string Namespace, string Name, string Why)
{
    public RuleReference Reference { get; } = new(Kind, Namespace, Name, -1);
}
