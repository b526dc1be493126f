using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Joining;

/// <summary>What an operator asks for.</summary>
/// <param name="TrustDomain">Of the mesh.</param>
/// <param name="Namespace">Of the workload; not the mesh's own.</param>
/// <param name="ServiceAccount">Of the workload.</param>
/// <param name="WorkloadName">Binds the token to one workload; null leaves the name to its bearer.</param>
/// <param name="Lifetime">Until when it must be redeemed: more than zero, at most 30 days.</param>
public sealed record JoinTokenRequest(
    TrustDomain TrustDomain, string Namespace, string ServiceAccount, string? WorkloadName, TimeSpan Lifetime);
