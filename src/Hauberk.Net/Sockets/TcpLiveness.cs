namespace Hauberk.Net.Sockets;

/// <summary>How a connection finds out that its peer is gone without a word (tcp(7)).</summary>
public sealed record TcpLiveness
{
    public static TcpLiveness Default { get; } = new();

    /// <summary>Quiet time before the first keep-alive probe; whole seconds.</summary>
    public int KeepAliveIdleMs { get; init; } = 60_000;

    public int KeepAliveIntervalMs { get; init; } = 15_000;

    public int KeepAliveProbes { get; init; } = 4;

    /// <summary>How long sent data may stay unacknowledged.</summary>
    public int UnacknowledgedTimeoutMs { get; init; } = 120_000;
}
