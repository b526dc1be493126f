namespace Hauberk.Net.Tls;

/// <summary>The certificates a peer showed, each as DER, its own first. Its key is proven only once the handshake has succeeded.</summary>
public sealed class PeerChain
{
    internal PeerChain(IReadOnlyList<ReadOnlyMemory<byte>> certificates) => Certificates = certificates;

    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }
}
