using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.CertificateAuthority.Issuing;

namespace Hauberk.CertificateAuthority;

/// <summary>The control plane's own certificate with its key, which never leaves this process.</summary>
public sealed class ControlPlaneIdentity : IDisposable
{
    internal ControlPlaneIdentity(IssuedCertificate certificate, ECDsa key) => (Certificate, Key) = (certificate, key);

    public IssuedCertificate Certificate { get; }

    public ECDsa Key { get; }

    /// <summary>The leaf with its key, for a TLS server or client. The caller disposes it.</summary>
    public X509Certificate2 ToX509Certificate()
    {
        using var leaf = X509CertificateLoader.LoadCertificate(Certificate.Chain[0].Span);
        return leaf.CopyWithPrivateKey(Key);
    }

    public void Dispose() => Key.Dispose();
}
