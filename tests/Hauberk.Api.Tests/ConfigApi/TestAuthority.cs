using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Api.Tests.ConfigApi;

/// <summary>A root of its own and leaves below it.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 root;

    private readonly DateTimeOffset now;

    /// <param name="now">Around when its certificates are valid; null: the real time.</param>
    public TestAuthority(DateTimeOffset? now = null)
    {
        this.now = now ?? TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        root = request.CreateSelfSigned(this.now.AddHours(-1), this.now.AddDays(10));
    }

    public string RootPem => root.ExportCertificatePem();

    public X509Certificate2 Issue(string spiffeId, bool isExpired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(spiffeId));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        var end = isExpired ? now.AddMinutes(-5) : now.AddHours(1);
        using var certificate = request.Create(root, now.AddMinutes(-30), end, RandomNumberGenerator.GetBytes(12));
        return certificate.CopyWithPrivateKey(key);
    }

    public void Dispose() => root.Dispose();
}
