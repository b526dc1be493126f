using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>A transport in memory that keeps each write by itself.</summary>
internal sealed class RecordingChannel(EventLoop loop) : ByteChannel(loop)
{
    private byte[] arriving = [];

    public List<byte[]> Writes { get; } = [];

    public override bool HasHeldOutput => false;

    public override bool IsBroken => false;

    public void Deliver(byte[] bytes)
    {
        arriving = bytes;
        Observer!.OnReadable(this);
    }

    public override int Read(Span<byte> destination, out ChannelReadState state)
    {
        int count = arriving.Length;
        arriving.CopyTo(destination);
        arriving = [];
        state = ChannelReadState.Drained;
        return count;
    }

    public override ChannelWriteState Write(ReadOnlySpan<byte> source)
    {
        Writes.Add(source.ToArray());
        return ChannelWriteState.Sent;
    }

    public override void ShutdownWrite()
    {
    }

    public override void Close()
    {
    }

    public override void Abort()
    {
    }
}
