using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Tests;

/// <summary>The control plane's authority in the hands of a test, which can make certificates that it never would.</summary>
public sealed class TestAuthority
{
    private readonly X509Certificate2 signer;
    private readonly X509Certificate2Collection roots = [];

    private TestAuthority(X509Certificate2 signer, string rootsPem)
    {
        this.signer = signer;
        roots.ImportFromPem(rootsPem);
        Assert.True(TrustBundle.TryParsePem(TrustDomain.Parse("cluster.local"), rootsPem, out var bundle, out var problem), problem?.Message);
        Bundles = TrustBundleSet.Of(bundle);
    }

    public TrustBundleSet Bundles { get; }

    public static TestAuthority Load(string folder) => new(
        X509Certificate2.CreateFromPemFile(Path.Combine(folder, "ca-cert.pem"), Path.Combine(folder, "ca-key.pem")),
        File.ReadAllText(Path.Combine(folder, "root-cert.pem")));

    public X509ChainPolicy TrustRootsOnly()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    public PresentedCertificate Issue(string identity, TimeSpan? startsIn = null, TimeSpan? endsIn = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(identity));
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        using var signingKey = signer.GetECDsaPrivateKey()!;
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 1);
        // Valid to a clock that a test stopped a while ago, too. By the name of the signer alone: with its certificate, no leaf could be made that starts before it or ends in the past.
        using var leaf = request.Create(
            signer.SubjectName, X509SignatureGenerator.CreateForECDsa(signingKey), now + (startsIn ?? TimeSpan.FromMinutes(-5)), now + (endsIn ?? TimeSpan.FromHours(1)), serial);
        return new PresentedCertificate(leaf.CopyWithPrivateKey(key), [X509CertificateLoader.LoadCertificate(signer.RawData)]);
    }

    public static PresentedCertificate SelfMade(string identity)
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=another root", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        var now = TimeProvider.System.GetUtcNow();
        using var root = request.CreateSelfSigned(now.AddMinutes(-10), now.AddDays(1));
        return new TestAuthority(root, root.ExportCertificatePem()).Issue(identity);
    }
}
