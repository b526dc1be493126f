using System.Security.Cryptography;

namespace Hauberk.Identity.Tests.Corpus;

/// <summary>What a peer shows in a handshake, leaf first, and the leaf's key to do the handshake with.</summary>
public sealed record PresentedChain(IReadOnlyList<ReadOnlyMemory<byte>> Der, AsymmetricAlgorithm? Key)
{
    public string Pem => CertificatePem.Write(Der);

    /// <summary>PKCS#8.</summary>
    public string KeyPem => Key!.ExportPkcs8PrivateKeyPem();
}
