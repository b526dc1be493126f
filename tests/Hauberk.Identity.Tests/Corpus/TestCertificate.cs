using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity.Tests.Corpus;

/// <summary>A certificate with its key.</summary>
public sealed class TestCertificate(byte[] der, AsymmetricAlgorithm key)
{
    private readonly Lazy<X509Certificate2> certificate = new(() => X509CertificateLoader.LoadCertificate(der));

    /// <summary>May be damaged on purpose.</summary>
    public ReadOnlyMemory<byte> Der { get; } = der;

    public AsymmetricAlgorithm Key { get; } = key;

    public X509Certificate2 Certificate => certificate.Value;

    /// <summary>PKCS#8.</summary>
    public string KeyPem => Key.ExportPkcs8PrivateKeyPem();

    /// <summary>The same certificate with its last byte, part of the signature, changed.</summary>
    public TestCertificate WithBrokenSignature()
    {
        var broken = Der.ToArray();
        broken[^1] ^= 1;
        return new TestCertificate(broken, Key);
    }
}
