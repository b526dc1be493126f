namespace Hauberk.Net.Sockets;

public sealed record ListenerOptions
{
    /// <summary>Connections the kernel may hold ready for us.</summary>
    public int Backlog { get; init; } = 4_096;

    /// <summary>Connections served at once; further ones wait in the backlog.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How long to accept nothing after the process or the machine ran out of descriptors or memory.</summary>
    public int ExhaustionPauseMs { get; init; } = 100;

    public TcpLiveness Liveness { get; init; } = TcpLiveness.Default;
}
