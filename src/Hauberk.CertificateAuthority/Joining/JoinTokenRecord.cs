using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Joining;

/// <summary>A join token at rest. The secret itself is kept nowhere; 256 random bits need no slower hash than SHA-256.</summary>
/// <param name="Id">24 hexadecimal digits; not secret.</param>
/// <param name="SecretSha256">64 hexadecimal digits.</param>
/// <param name="Identity">What the token's bearer becomes.</param>
/// <param name="WorkloadName">The workload it is bound to; null if it may choose its name.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
/// <param name="UsedAt">When it was redeemed; null before.</param>
public sealed record JoinTokenRecord(
    string Id, string SecretSha256, SpiffeId Identity, string? WorkloadName, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt);
