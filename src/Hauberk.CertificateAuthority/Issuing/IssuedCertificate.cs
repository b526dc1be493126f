using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>A signed certificate that peers will accept: it was verified as one would, in both roles.</summary>
public sealed record IssuedCertificate
{
    internal IssuedCertificate()
    {
    }

    public required SpiffeId Identity { get; init; }

    /// <summary>32 hexadecimal digits.</summary>
    public required string SerialNumber { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>DER, the leaf first, then intermediates; without the root.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Chain { get; init; }

    /// <summary>The roots to give with it.</summary>
    public required TrustBundle Bundle { get; init; }

    /// <summary>The chain as PEM, the leaf first; without the root.</summary>
    public string ChainPem => CertificatePem.Write(Chain);
}
