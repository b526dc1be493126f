using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>
/// requestPrincipals, request.auth.principal: "iss/sub". A value is cut at its last slash, for issuers are URLs, and its halves are
/// compared with the two claims (specification 3.7).
/// </summary>
internal sealed class RequestPrincipalMatcher(FieldDescription description) : FieldMatcher(description)
{
    private readonly ImmutableArray<(ValuePattern Issuer, ValuePattern Subject)> values = [.. description.Values.Select(Parse)];

    public override string? Seen(in RequestFacts facts) => facts.Token?.Principal;

    protected override bool MatchesAny(in RequestFacts facts)
    {
        if (facts.Token is not { Issuer: { } issuer, Subject: { } subject }) return false;
        foreach (var value in values)
            if (value.Issuer.Matches(issuer, StringComparison.Ordinal) && value.Subject.Matches(subject, StringComparison.Ordinal)) return true;
        return false;
    }

    private static (ValuePattern Issuer, ValuePattern Subject) Parse(string value)
    {
        var slash = value.LastIndexOf('/');
        var any = ValuePattern.Parse("*");
        if (slash >= 0)
        {
            var (issuer, subject) = (value[..slash], value[(slash + 1)..]);
            if (value[0] == '*') return (ValuePattern.Parse(issuer), ValuePattern.Exactly(subject));
            return (ValuePattern.Exactly(issuer), subject == "*" ? any
                : subject.EndsWith('*') ? ValuePattern.StartingWith(subject[..^1]) : ValuePattern.Exactly(subject));
        }
        // Without a slash "*x" speaks of the subject, "x*" of the issuer, and "x" of an issuer with no subject, which no token is.
        return ValuePattern.Parse(value) switch
        {
            { Kind: PatternKind.Presence } => (any, any),
            { Kind: PatternKind.Suffix } suffix => (any, suffix),
            { Kind: PatternKind.Prefix } prefix => (prefix, any),
            _ => (ValuePattern.Exactly(value), ValuePattern.Exactly("")),
        };
    }
}
