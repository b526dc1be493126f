using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;

namespace Hauberk.Net.Tunnel;

/// <summary>
/// Where the tunnels of a loop decrypt to; made with the first tunnel. Apart from what relays read to, since streams hand bytes on to
/// relays while the rest of them still waits here.
/// </summary>
internal sealed unsafe class TunnelScratch : IDisposable
{
    private byte* input;

    public Span<byte> Input
    {
        get
        {
            if (input == null) input = NativeBuffer.Allocate(LoopScratch.PlaintextBytes);
            return new Span<byte>(input, LoopScratch.PlaintextBytes);
        }
    }

    public void Dispose()
    {
        NativeBuffer.Free(input);
        input = null;
    }
}
