using System.Security.Cryptography;

namespace Hauberk.Net.Tls;

/// <summary>The certificates a peer showed, each as DER, its own first. Its key is proven only once the handshake has succeeded.</summary>
public sealed class PeerChain
{
    internal PeerChain(IReadOnlyList<ReadOnlyMemory<byte>> certificates) => Certificates = certificates;

    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }

    /// <summary>SHA-256 over all certificates in order: the key for remembering a verdict on exactly this chain.</summary>
    public byte[] ComputeSha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlyMemory<byte> certificate in Certificates) hash.AppendData(certificate.Span);
        return hash.GetHashAndReset();
    }
}
