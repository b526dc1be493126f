using System.Collections.Immutable;
using Hauberk.Identity;
using Hauberk.Policy.Resolution;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>principals, source.principal: the identity without its scheme.</summary>
internal sealed class PrincipalMatcher(FieldDescription description, TrustDomainSet trustDomains) : FieldMatcher(description)
{
    private readonly PatternSet patterns = new(description.Values.SelectMany(v => trustDomains.ExpandPrincipal(v)));

    public override IndexKind IndexKind => patterns.AllExact ? IndexKind.Principal : IndexKind.None;

    public override ImmutableArray<string> IndexKeys => patterns.Texts;

    public static ReadOnlySpan<char> WithoutScheme(SpiffeId id) => id.ToString().AsSpan("spiffe://".Length);

    public override string? Seen(in RequestFacts facts) => facts.Connection.Peer is { } peer ? WithoutScheme(peer).ToString() : null;

    protected override bool MatchesAny(in RequestFacts facts) =>
        facts.Connection.Peer is { } peer && patterns.Matches(WithoutScheme(peer));
}
