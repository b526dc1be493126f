namespace Hauberk.Net.Tls;

/// <summary>The certificates a peer showed, each as DER, its own first. Its key is proven only once the handshake has succeeded.</summary>
public sealed class PeerChain
{
    internal PeerChain(IReadOnlyList<ReadOnlyMemory<byte>> certificates) => Certificates = certificates;

    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }

    /// <summary>What the verifier found out of this very chain and wants to know when it is asked again: immutable, for any thread to replace.</summary>
    public object? Remembered { get; set; }
}
