using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.ControlPlane.Tests;

/// <summary>What a client shows in its handshake.</summary>
public sealed record PresentedCertificate(X509Certificate2 Leaf, X509Certificate2Collection Above)
{
    public SslStreamCertificateContext ToContext() => SslStreamCertificateContext.Create(Leaf, Above, offline: true);
}
