using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record JwtRule
{
    public required string Issuer { get; init; }
    public ImmutableArray<string> Audiences { get; init; } = [];
    public string? JwksUri { get; init; }
    public string? Jwks { get; init; }

    /// <summary>Header name to value prefix.</summary>
    public ImmutableArray<KeyValuePair<string, string>> FromHeaders { get; init; } = [];
    public ImmutableArray<string> FromParams { get; init; } = [];
    public ImmutableArray<string> FromCookies { get; init; } = [];
    public string? OutputPayloadToHeader { get; init; }
    public bool ForwardOriginalToken { get; init; }

    /// <summary>Claim to header.</summary>
    public ImmutableArray<KeyValuePair<string, string>> OutputClaimToHeaders { get; init; } = [];
}
