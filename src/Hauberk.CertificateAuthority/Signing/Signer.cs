using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>The certificate that issues leaves, its key, what links it to the root, and the bundle that vouches for all of it.</summary>
public sealed class Signer : IDisposable
{
    internal Signer(ISigningKey key, X509Certificate2 certificate, AuthorityVerification verified, TrustBundle bundle, IReadOnlyList<string> warnings)
    {
        Key = key;
        Certificate = certificate;
        Period = new Period(verified.NotBefore, verified.NotAfter);
        Bundle = bundle;
        Warnings = warnings;
        // Roots are known to every peer; sending them again only costs bytes.
        Intermediates = [.. verified.Path.Where(der => !bundle.Roots.Any(root => root.Span.SequenceEqual(der.Span)))];
    }

    public TrustBundle Bundle { get; }

    public TrustDomain TrustDomain => Bundle.TrustDomain;

    /// <summary>What to tell the operator: for instance, a key file that others can read.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>What a leaf is presented with, DER, the issuing certificate first, without the root.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Intermediates { get; }

    /// <summary>When the first certificate from here up to the root expires; nothing is issued beyond it.</summary>
    public DateTimeOffset NotAfter => Period.NotAfter;

    internal ISigningKey Key { get; }

    internal X509Certificate2 Certificate { get; }

    internal Period Period { get; }

    public void Dispose()
    {
        Key.Dispose();
        Certificate.Dispose();
    }
}
