using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Tests.Relay;

/// <summary>Always has more, and takes all.</summary>
internal sealed class EndlessChannel(EventLoop loop) : ByteChannel(loop)
{
    public override bool HasHeldOutput => false;

    public override bool IsBroken => false;

    public override int Read(Span<byte> destination, out ChannelReadState state)
    {
        state = ChannelReadState.More;
        return destination.Length;
    }

    public override ChannelWriteState Write(ReadOnlySpan<byte> source) => ChannelWriteState.Sent;

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
