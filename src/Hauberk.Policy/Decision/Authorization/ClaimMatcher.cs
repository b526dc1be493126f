using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>request.auth.claims, request.auth.audiences, request.auth.presenter: any element of the claim.</summary>
internal sealed class ClaimMatcher(FieldDescription description, ImmutableArray<string> claim) : FieldMatcher(description)
{
    private readonly PatternSet patterns = new(description.Values);
    private readonly string key = TokenClaims.KeyOf(claim);

    public override string? Seen(in RequestFacts facts) =>
        facts.Token?.Values(key) is { Length: > 0 } values ? string.Join(", ", values) : null;

    protected override bool MatchesAny(in RequestFacts facts)
    {
        if (facts.Token is not { } token) return false;
        foreach (var value in token.Values(key))
            if (patterns.Matches(value)) return true;
        return false;
    }
}
