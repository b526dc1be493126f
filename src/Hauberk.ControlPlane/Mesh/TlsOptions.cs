using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Hauberk.ControlPlane.Mesh;

/// <summary>TLS as the control plane speaks it, with the certificate of the moment.</summary>
internal static class TlsOptions
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>For sidecars: TLS 1.3, a client certificate asked for and, where given, verified.</summary>
    public static TlsHandshakeCallbackOptions ForMesh(ServerCertificate certificate, PeerAuthentication peers) => new()
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = context =>
        {
            var options = Common(certificate, SslProtocols.Tls13);
            options.ClientCertificateRequired = true;
            options.RemoteCertificateValidationCallback = peers.For(context.Connection);
            options.CertificateChainPolicy = Offline();
            return ValueTask.FromResult(options);
        },
    };

    /// <summary>For operators: TLS 1.3 or 1.2, no client certificate.</summary>
    [SuppressMessage("Security", "CA5398", Justification = "A floor is what is wanted; kubectl and browsers may lack 1.3 behind proxies.")]
    public static TlsHandshakeCallbackOptions ForOperators(ServerCertificate certificate) => new()
    {
        HandshakeTimeout = HandshakeTimeout,
        OnConnection = _ => ValueTask.FromResult(Common(certificate, SslProtocols.Tls12 | SslProtocols.Tls13)),
    };

    private static SslServerAuthenticationOptions Common(ServerCertificate certificate, SslProtocols protocols) => new()
    {
        ServerCertificateContext = certificate.Current,
        EnabledSslProtocols = protocols,
        AllowRenegotiation = false,
        // A resumed session would carry an identity past its verification.
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    /// <summary>The platform builds a chain before we are asked; it must reach for neither the network nor the machine's trust store.</summary>
    private static X509ChainPolicy Offline() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
    };
}
