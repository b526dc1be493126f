using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>A private key that signs but never leaves its place: a file now, a hardware module later.</summary>
public interface ISigningKey : IDisposable
{
    PublicKey PublicKey { get; }

    /// <summary>The signature as a certificate holds it: a DER sequence for ECDSA, PKCS#1 for RSA.</summary>
    byte[] Sign(ReadOnlySpan<byte> data, HashAlgorithmName hash);
}
