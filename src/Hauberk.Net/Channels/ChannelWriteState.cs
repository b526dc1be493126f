namespace Hauberk.Net.Channels;

/// <summary>What became of the bytes of a write.</summary>
public enum ChannelWriteState
{
    /// <summary>All accepted and handed on.</summary>
    Sent,

    /// <summary>All accepted, but a part waits inside the channel: write no more until the observer hears that it can.</summary>
    Held,

    /// <summary>None accepted: earlier bytes still wait.</summary>
    Blocked,

    /// <summary>None accepted, the channel is broken: see <see cref="ByteChannel.Problem"/>.</summary>
    Failed,
}
