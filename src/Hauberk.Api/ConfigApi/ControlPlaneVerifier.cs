using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.Api.ConfigApi;

/// <summary>
/// Admits exactly one server: the control plane of one trust domain, proven by the pinned roots. Host names and the machine's own trust
/// store play no part.
/// </summary>
internal sealed class ControlPlaneVerifier(TrustBundle roots, TimeProvider clock)
{
    private readonly TrustBundleSet bundles = TrustBundleSet.Of(roots);
    private readonly SpiffeId expected = SpiffeId.ControlPlane(roots.TrustDomain);
    private volatile string? refusal;

    /// <summary>Why the last handshake was refused; null if it was not.</summary>
    public string? Refusal => refusal;

    public SslClientAuthenticationOptions CreateTlsOptions(X509Certificate2Collection clientChain) => new()
    {
        EnabledSslProtocols = System.Security.Authentication.SslProtocols.Tls13,
        RemoteCertificateValidationCallback = Verify,
        CertificateChainPolicy = NothingTrusted(),
        ClientCertificateContext = clientChain.Count == 0
            ? null
            : SslStreamCertificateContext.Create(clientChain[0], clientChain, offline: true),
    };

    private bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var verification = PeerVerifier.Verify(Presented(certificate, chain), bundles, PeerRole.Server, clock.GetUtcNow());
        refusal = verification switch
        {
            { IsAccepted: false } => verification.Problem.Message,
            _ when verification.Identity != expected => $"it proved to be {verification.Identity}, and only {expected} is accepted",
            _ => null,
        };
        return refusal is null;
    }

    private static List<ReadOnlyMemory<byte>> Presented(X509Certificate? leaf, X509Chain? chain)
    {
        var presented = new List<ReadOnlyMemory<byte>>();
        if (leaf is null) return presented;
        var leafDer = leaf.GetRawCertData();
        presented.Add(leafDer);
        foreach (var certificate in chain?.ChainPolicy.ExtraStore ?? [])
            if (!certificate.RawDataMemory.Span.SequenceEqual(leafDer)) presented.Add(certificate.RawDataMemory);
        return presented;
    }

    // The platform builds a chain of its own before it asks us. Its opinion is not used; this keeps it from the network and the
    // machine's roots.
    private static X509ChainPolicy NothingTrusted() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        DisableCertificateDownloads = true,
        RevocationMode = X509RevocationMode.NoCheck,
    };
}
