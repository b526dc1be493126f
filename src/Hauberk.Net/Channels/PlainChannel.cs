using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Channels;

/// <summary>A channel that is a TCP connection and nothing more.</summary>
public sealed unsafe class PlainChannel : SocketChannel
{
    private bool ended;

    /// <summary>Takes the connection over; closing the channel closes it.</summary>
    public PlainChannel(TcpConnection connection) : base(connection)
    {
    }

    // Goes on after a failed write: what the peer sent before it broke off is still there.
    public override int Read(Span<byte> destination, out ChannelReadState state)
    {
        int asked = Math.Min(destination.Length, LoopScratch.BurstBytes);
        int count = ended ? 0 : Connection.Receive(destination[..asked]);
        state = StateAfter(count, asked);
        return Math.Max(count, 0);
    }

    public override ChannelWriteState Write(ReadOnlySpan<byte> source)
    {
        if (Problem is not null) return ChannelWriteState.Failed;
        if (HasHeldOutput) return ChannelWriteState.Blocked;
        fixed (byte* pointer = source) return SendOrHold(pointer, source.Length);
    }

    public override void ShutdownWrite() => ShutdownSocketAfterHeld();

    private ChannelReadState StateAfter(int count, int asked)
    {
        // Under edge triggering a short read means empty: the next bytes bring a new edge.
        if (count > 0) return count == asked || Connection.ShortReadsMislead ? ChannelReadState.More : ChannelReadState.Drained;
        if (Problem is null && count == -EAGAIN) return ChannelReadState.Drained;
        if (Problem is null && count == 0)
        {
            ended = true;
            return ChannelReadState.Ended;
        }
        Fail(ChannelProblem.ForErrno(-count));
        return ChannelReadState.Failed;
    }
}
