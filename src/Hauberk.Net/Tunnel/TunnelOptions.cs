namespace Hauberk.Net.Tunnel;

/// <summary>Bounds of one tunnel.</summary>
public sealed record TunnelOptions
{
    public static TunnelOptions Default { get; } = new();

    /// <summary>
    /// How much of a stream is taken in before its reader has taken it, once it has taken as much and the tunnel's streams have room for that
    /// (<see cref="WindowRoom"/>). The connection's own window is given back on arrival, so that readers who stand still never hold up the others.
    /// </summary>
    public int StreamWindowBytes { get; init; } = 512 * 1024;

    /// <summary>Where a stream begins: what is held for a reader who never takes anything.</summary>
    public int FirstStreamWindowBytes => Math.Min(64 * 1024, StreamWindowBytes);

    /// <summary>How much may be on its way in all streams together.</summary>
    public int ConnectionWindowBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Streams at once; for clients the peer's own bound counts, too.</summary>
    public int MaxStreams { get; init; } = 200;

    /// <summary>Of one header block, each field counted with 32 bytes more.</summary>
    public int MaxHeaderListBytes { get; init; } = 16 * 1024;

    /// <summary>A peer of which nothing was heard for this long is asked for a sign, while there are streams.</summary>
    public int PingIntervalMs { get; init; } = 10_000;

    /// <summary>The time it has for it.</summary>
    public int PingTimeoutMs { get; init; } = 20_000;

    /// <summary>How long the peer's first SETTINGS, or the rest of a frame that has begun, may take.</summary>
    public int FrameTimeoutMs { get; init; } = 10_000;

    /// <summary>A client closes a tunnel that carried nothing for this long; a server one whose client has not, after twice as long.</summary>
    public int IdleTimeoutMs { get; init; } = 300_000;
}
