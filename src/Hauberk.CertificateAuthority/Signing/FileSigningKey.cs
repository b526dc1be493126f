using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>A signing key held in memory, read from an unencrypted PEM file (PKCS#8, SEC1 or PKCS#1).</summary>
internal sealed class FileSigningKey(AsymmetricAlgorithm key) : ISigningKey
{
    private const int MaxFileBytes = 64 * 1024;

    public PublicKey PublicKey { get; } = new(key);

    public static FileSigningKey Generate() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads the key, which must be that of <paramref name="certificate"/>.</summary>
    public static bool TryRead(
        string path,
        X509Certificate2 certificate,
        [NotNullWhen(true)] out FileSigningKey? key,
        [NotNullWhen(false)] out AuthorityProblem? problem)
    {
        key = null;
        var bytes = Array.Empty<byte>();
        var pem = Array.Empty<char>();
        try
        {
            bytes = BoundedFile.Read(path, MaxFileBytes);
            pem = Encoding.ASCII.GetChars(bytes);
            var algorithm = Import(pem, certificate.PublicKey);
            problem = IsKeyOf(algorithm, certificate)
                ? null
                : new(AuthorityProblemCode.KeyDoesNotMatch, $"{path} is not the key of the certificate beside it");
            if (problem is null)
                key = new FileSigningKey(algorithm);
            else
                algorithm.Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            problem = new(AuthorityProblemCode.InvalidFile, $"{path} cannot be read as an unencrypted private key: {e.Message}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(pem);
        }
        return key is not null;
    }

    public byte[] Sign(ReadOnlySpan<byte> data, HashAlgorithmName hash) => key switch
    {
        ECDsa ecdsa => ecdsa.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence),
        RSA rsa => rsa.SignData(data, hash, RSASignaturePadding.Pkcs1),
        _ => throw new NotSupportedException(key.GetType().Name),
    };

    /// <summary>PKCS#8, PEM. The caller clears it.</summary>
    public char[] ExportPem()
    {
        var der = key.ExportPkcs8PrivateKey();
        try
        {
            return PemEncoding.Write("PRIVATE KEY", der);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private static AsymmetricAlgorithm Import(ReadOnlySpan<char> pem, PublicKey expected)
    {
        AsymmetricAlgorithm key = expected.Oid.Value == PublicKeyFloor.RsaOid ? RSA.Create() : ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static bool IsKeyOf(AsymmetricAlgorithm key, X509Certificate2 certificate) =>
        key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    public void Dispose() => key.Dispose();
}
