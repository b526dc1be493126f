using System.Runtime.InteropServices;
using Hauberk.Net.Channels;
using Hauberk.Net.Tunnel;

namespace Hauberk.Fuzz.Tunnel;

/// <summary>An application at the end of a stream. What it reads must be what the peer sent, in order.</summary>
internal sealed class StreamUser : IChannelObserver
{
    private readonly byte[] buffer = new byte[4096];
    private readonly TunnelChannel stream;
    private readonly PeerStream peer;
    private bool hasEnded;

    public StreamUser(TunnelChannel stream, PeerStream peer, bool isReading)
    {
        (this.stream, this.peer, IsReading) = (stream, peer, isReading);
        stream.Observer = this;
        OnReadable(stream);
    }

    public TunnelChannel Stream => stream;

    public bool IsReading { get; private set; }

    public void ToggleReading()
    {
        IsReading = !IsReading;
        OnReadable(stream);
    }

    public void OnReadable(ByteChannel channel)
    {
        for (var state = ChannelReadState.More; IsReading && state == ChannelReadState.More;)
        {
            var count = channel.Read(buffer, out state);
            PropertyBrokenException.Unless(count == 0 || !hasEnded, "nothing comes after the end");
            PropertyBrokenException.Unless(peer.Taken + count <= peer.Sent.Count, "no more is read than was sent");
            PropertyBrokenException.Unless(
                CollectionsMarshal.AsSpan(peer.Sent).Slice(peer.Taken, count).SequenceEqual(buffer.AsSpan(0, count)), "what is read is what was sent");
            peer.Taken += count;
            hasEnded |= state == ChannelReadState.Ended;
            PropertyBrokenException.Unless(!hasEnded || (peer.HasEnded && peer.Taken == peer.Sent.Count), "an end is the peer's, after all bytes");
        }
    }

    public void OnWritable(ByteChannel channel) => PropertyBrokenException.Unless(!channel.HasHeldOutput, "there is room when it is said so");

    public void OnFailed(ByteChannel channel) => PropertyBrokenException.Unless(channel.Problem is not null, "a failure has a reason");
}
