using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;

namespace Hauberk.Fuzz.Tunnel;

/// <summary>What a tunnel's bytes go over without a network: the script's bytes come in, a peer's view takes what goes out.</summary>
/// <param name="view">Of the peer.</param>
/// <param name="readBytes">How much a read gives at most.</param>
internal sealed class MemoryChannel(EventLoop loop, PeerView view, int readBytes) : ByteChannel(loop)
{
    private ReadOnlyMemory<byte> arriving;
    private bool ended;
    private bool outputEnded;

    /// <summary>The socket is full: what is written waits, and no more is taken.</summary>
    public bool IsFull { get; private set; }

    public bool IsClosed { get; private set; }

    public bool HasArrivals => !arriving.IsEmpty && !IsClosed;

    public override bool HasHeldOutput => held;

    public override bool IsBroken => IsClosed;

    private bool held;

    public void Deliver(byte[] bytes)
    {
        arriving = bytes;
        Observer?.OnReadable(this);
    }

    public void End()
    {
        ended = true;
        Observer?.OnReadable(this);
    }

    public void Fill() => IsFull = true;

    public void Empty()
    {
        IsFull = held = false;
        Observer?.OnWritable(this);
    }

    public override int Read(Span<byte> destination, out ChannelReadState state)
    {
        var count = IsClosed ? 0 : Math.Min(Math.Min(readBytes, destination.Length), arriving.Length);
        arriving[..count].Span.CopyTo(destination);
        arriving = arriving[count..];
        state = IsClosed ? ChannelReadState.Failed : HasArrivals ? ChannelReadState.More : ended ? ChannelReadState.Ended : ChannelReadState.Drained;
        return count;
    }

    public override ChannelWriteState Write(ReadOnlySpan<byte> source)
    {
        if (IsClosed) return ChannelWriteState.Failed;
        if (held) return ChannelWriteState.Blocked;
        PropertyBrokenException.Unless(!outputEnded, "nothing is sent after the end");
        view.Receive(source);
        held = IsFull;
        return held ? ChannelWriteState.Held : ChannelWriteState.Sent;
    }

    public override void ShutdownWrite() => outputEnded = true;

    public override void Close() => IsClosed = true;

    public override void Abort() => IsClosed = true;
}
