using Hauberk.Net.Native;

namespace Hauberk.Net.EventLoops;

/// <summary>
/// The buffers that all connections of one loop share. Nothing may stay in them when control goes back to the loop: that is what
/// lets an idle connection hold no buffer.
/// </summary>
internal sealed unsafe class LoopScratch : IDisposable
{
    /// <summary>Room for what one read of <see cref="CiphertextBytes"/> can decrypt to, with the half record OpenSSL may have held back.</summary>
    public const int PlaintextBytes = 128 * 1024;

    /// <summary>One write of the other end: <see cref="BurstBytes"/> and what frames and records add.</summary>
    public const int CiphertextBytes = 104 * 1024;

    /// <summary>What is taken from a socket and passed on at once.</summary>
    public const int BurstBytes = 96 * 1024;

    public LoopScratch()
    {
        Plaintext = NativeBuffer.Allocate(PlaintextBytes);
        Ciphertext = NativeBuffer.Allocate(CiphertextBytes);
    }

    /// <summary>Where a relay or detector reads application bytes to.</summary>
    public byte* Plaintext { get; }

    /// <summary>Where a TLS channel receives records to.</summary>
    public byte* Ciphertext { get; }

    public Span<byte> PlaintextSpan => new(Plaintext, PlaintextBytes);

    public void Dispose()
    {
        NativeBuffer.Free(Plaintext);
        NativeBuffer.Free(Ciphertext);
    }
}
