using System.Net;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>What somebody would like to have signed. Nothing in it has been checked.</summary>
/// <param name="Identity">Who the caller proved to be.</param>
/// <param name="PublicKey">The caller's key.</param>
/// <param name="ValiditySeconds">What was asked for; zero or less asks for the default.</param>
public sealed record CertificateDraft(SpiffeId Identity, PublicKey PublicKey, long ValiditySeconds)
{
    /// <summary>Only for the control plane's own server certificate, which command-line clients check by name.</summary>
    internal IReadOnlyList<string> DnsNames { get; init; } = [];

    /// <inheritdoc cref="DnsNames"/>
    internal IReadOnlyList<IPAddress> Addresses { get; init; } = [];
}
