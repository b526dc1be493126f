namespace Hauberk.Policy.Decision.Authorization;

/// <summary>trustDomains, source.trustDomain.</summary>
internal sealed class TrustDomainMatcher(FieldDescription description) : FieldMatcher(description)
{
    private readonly PatternSet patterns = new(description.Values);

    public override string? Seen(in RequestFacts facts) => facts.Connection.Peer?.TrustDomain.Name;

    protected override bool MatchesAny(in RequestFacts facts) =>
        facts.Connection.Peer is { } peer && patterns.Matches(peer.TrustDomain.Name);
}
