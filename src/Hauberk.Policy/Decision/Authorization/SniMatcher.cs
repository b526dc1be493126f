namespace Hauberk.Policy.Decision.Authorization;

/// <summary>connection.sni.</summary>
internal sealed class SniMatcher(FieldDescription description) : FieldMatcher(description)
{
    private readonly PatternSet patterns = new(description.Values);

    public override string? Seen(in RequestFacts facts) => facts.Connection.Sni;

    protected override bool MatchesAny(in RequestFacts facts) => facts.Connection.Sni is { } sni && patterns.Matches(sni);
}
