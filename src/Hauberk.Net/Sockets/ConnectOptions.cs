using System.Net;

namespace Hauberk.Net.Sockets;

public sealed record ConnectOptions
{
    public static ConnectOptions Default { get; } = new();

    public int TimeoutMs { get; init; } = 10_000;

    /// <summary>The socket mark (SO_MARK), by which packet rules tell the connection; needs CAP_NET_ADMIN. 0 sets none.</summary>
    public int Mark { get; init; }

    /// <summary>The local address to call from; the system chooses when null.</summary>
    public IPAddress? BindAddress { get; init; }

    /// <summary>Null: nobody need ask, as of a peer on this host, whose end the kernel tells.</summary>
    public TcpLiveness? Liveness { get; init; } = TcpLiveness.Default;
}
