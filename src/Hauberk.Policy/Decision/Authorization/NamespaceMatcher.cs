using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>
/// namespaces, source.namespace: somewhere in the identity stands "/ns/VALUE/", where a star in the value is any text, slashes included
/// (specification 3.5).
/// </summary>
internal sealed class NamespaceMatcher(FieldDescription description) : FieldMatcher(description)
{
    // "a*b" is the text "/ns/a", later "b/".
    private readonly ImmutableArray<string[]> values = [.. description.Values.Select(v => $"/ns/{v}/".Split('*'))];

    public override IndexKind IndexKind =>
        Description.Values.All(v => !v.Contains('*', StringComparison.Ordinal)) ? IndexKind.Namespace : IndexKind.None;

    public override ImmutableArray<string> IndexKeys => Description.Values;

    public override string? Seen(in RequestFacts facts) => facts.Connection.Peer is { } peer ? peer.Namespace ?? peer.ToString() : null;

    protected override bool MatchesAny(in RequestFacts facts)
    {
        if (facts.Connection.Peer is not { } peer) return false;
        foreach (var parts in values)
            if (HoldsInOrder(peer.ToString(), parts)) return true;
        return false;
    }

    private static bool HoldsInOrder(ReadOnlySpan<char> text, string[] parts)
    {
        foreach (var part in parts)
        {
            var at = text.IndexOf(part, StringComparison.Ordinal);
            if (at < 0) return false;
            text = text[(at + part.Length)..];
        }
        return true;
    }
}
