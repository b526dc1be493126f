using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>One loop's share in TLS: the record buffers, and the session OpenSSL is working for right now, for its callbacks to find.</summary>
internal sealed unsafe class TlsScratch : IDisposable
{
    private readonly LoopScratch loop;

    public TlsScratch(LoopScratch loop)
    {
        this.loop = loop;
        // In native memory, since OpenSSL's side of the BIO holds a pointer to it.
        Records = (RecordBuffers*)NativeBuffer.Allocate(sizeof(RecordBuffers));
        *Records = default;
    }

    public RecordBuffers* Records { get; }

    public TlsSession? Current { get; set; }

    /// <summary>Where records are received to.</summary>
    public Span<byte> Ciphertext => new(loop.Ciphertext, LoopScratch.CiphertextBytes);

    /// <summary>Makes the first bytes of <see cref="Ciphertext"/> the input of the coming call.</summary>
    public void Feed(int count)
    {
        Records->Input = loop.Ciphertext;
        Records->InputLength = count;
    }

    public void Dispose()
    {
        Records->Release();
        NativeBuffer.Free((byte*)Records);
    }
}
