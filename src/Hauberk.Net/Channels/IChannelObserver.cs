namespace Hauberk.Net.Channels;

/// <summary>Hears, on the loop's thread, when a channel is worth another try. Calls carry no promise: a read may still find nothing.</summary>
public interface IChannelObserver
{
    /// <summary>Bytes, the peer's end or a failure have arrived since the last read.</summary>
    void OnReadable(ByteChannel channel);

    /// <summary>All that was held has gone out (after <see cref="ByteChannel.ShutdownWrite"/>: the end, too).</summary>
    void OnWritable(ByteChannel channel);

    /// <summary>The channel broke by itself or was cut; <see cref="ByteChannel.Problem"/> says why.</summary>
    void OnFailed(ByteChannel channel);
}
