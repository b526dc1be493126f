namespace Hauberk.Net.Channels;

/// <summary>What follows the bytes that a read gave.</summary>
public enum ChannelReadState
{
    /// <summary>Read again: more may be waiting.</summary>
    More,

    /// <summary>Nothing more now; the observer hears when there is.</summary>
    Drained,

    /// <summary>The peer has ended its side in order. Writing may go on.</summary>
    Ended,

    /// <summary>The channel is broken: see <see cref="ByteChannel.Problem"/>.</summary>
    Failed,
}
