using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Sidecar.Benchmarks.Peers;

/// <summary>What HAProxy and nginx prove themselves with, of the same shape as the mesh's: ECDSA P-256, a root, an intermediate, a leaf each.</summary>
internal static class PeerCertificates
{
    /// <summary>Writes root.pem, client.pem and server.pem; the latter two with chain and key.</summary>
    public static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var (from, until) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("Benchmark root", rootKey).CreateSelfSigned(from, until);
        using var intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Authority("Benchmark intermediate", intermediateKey).Create(root, from, until, Serial());
        using var intermediate = signed.CopyWithPrivateKey(intermediateKey);
        File.WriteAllText(Path.Combine(folder, "root.pem"), root.ExportCertificatePem());
        foreach (var name in new[] { "client", "server" })
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var leaf = Leaf(name, key).Create(intermediate, from, until, Serial());
            WriteSecret(Path.Combine(folder, $"{name}.pem"),
                $"{leaf.ExportCertificatePem()}\n{intermediate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
        }
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        return request;
    }

    private static CertificateRequest Leaf(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new("1.3.6.1.5.5.7.3.1"), new("1.3.6.1.5.5.7.3.2")], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"spiffe://cluster.local/ns/bench/sa/{name}"));
        names.AddDnsName($"{name}.bench");
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static byte[] Serial() => RandomNumberGenerator.GetBytes(16);

    private static void WriteSecret(string file, string text)
    {
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        using var writer = new StreamWriter(stream);
        writer.Write(text);
    }
}
