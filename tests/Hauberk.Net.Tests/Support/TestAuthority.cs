using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Support;

/// <summary>A root that signs leaves, and the verifier that trusts it alone.</summary>
internal sealed class TestAuthority
{
    private readonly ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;
    private static int authorities;
    private readonly ConcurrentDictionary<string, PeerVerdict> verdicts = new();
    private int serial;

    public TestAuthority()
    {
        var request = new CertificateRequest($"CN=test root {Interlocked.Increment(ref authorities)}", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        root = request.CreateSelfSigned(Start, Start.AddYears(20));
    }

    private static DateTimeOffset Start { get; } = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string RootPem => root.ExportCertificatePem();

    public (string CertificatePem, string KeyPem) IssuePem(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        byte[] number = BitConverter.GetBytes(Interlocked.Increment(ref serial));
        using X509Certificate2 leaf = request.Create(root, Start, Start.AddYears(10), number);
        return (leaf.ExportCertificatePem() + "\n" + RootPem, key.ExportPkcs8PrivateKeyPem());
    }

    public TlsIdentity Issue(string name)
    {
        (string certificate, string key) = IssuePem(name);
        Assert.True(TlsIdentity.TryFromPem(Encoding.ASCII.GetBytes(certificate), Encoding.ASCII.GetBytes(key), out TlsIdentity? identity, out string? problem), problem);
        return identity;
    }

    /// <summary>Accepts what this root signed; the peer is its common name. Remembers its verdicts, as the product does.</summary>
    public PeerVerdict Verify(PeerChain chain) => verdicts.GetOrAdd(Convert.ToHexString(SHA256.HashData([.. chain.Certificates.SelectMany(c => c.ToArray())])), _ => VerifyAnew(chain));

    private PeerVerdict VerifyAnew(PeerChain chain)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(chain.Certificates[0].Span);
        using var path = new X509Chain();
        path.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        path.ChainPolicy.CustomTrustStore.Add(root);
        path.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        path.ChainPolicy.DisableCertificateDownloads = true;
        path.ChainPolicy.VerificationTime = Start.AddYears(1).DateTime;
        return path.Build(leaf) ? PeerVerdict.Accept(leaf.GetNameInfo(X509NameType.SimpleName, false)) : PeerVerdict.Refuse("not of the test root", TlsAlert.UnknownCa);
    }

    public TlsContext Context(TlsRole role, string name, params string[] alpn) => Context(role, name, Verify, alpn);

    public TlsContext Context(TlsRole role, string name, PeerVerificationCallback verify, params string[] alpn) => Create(new TlsContextOptions
    {
        Role = role,
        Identity = Issue(name),
        VerifyPeer = verify,
        AlpnProtocols = alpn,
    });

    public TlsContext Context(TlsRole role, string name, bool allowsResumption) =>
        Create(new TlsContextOptions { Role = role, Identity = Issue(name), VerifyPeer = Verify, AllowsResumption = allowsResumption });

    public static TlsContext Create(TlsContextOptions options)
    {
        Assert.True(TlsContext.TryCreate(options, out TlsContext? context, out string? problem), problem);
        return context;
    }
}
