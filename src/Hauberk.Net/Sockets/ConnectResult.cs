using System.Diagnostics.CodeAnalysis;

namespace Hauberk.Net.Sockets;

/// <summary>A connection, or the problem that there is none.</summary>
public sealed class ConnectResult
{
    private ConnectResult(TcpConnection? connection, ConnectProblem? problem)
    {
        Connection = connection;
        Problem = problem;
    }

    public TcpConnection? Connection { get; }

    public ConnectProblem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Connection))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool IsConnected => Connection is not null;

    internal static ConnectResult Connected(TcpConnection connection) => new(connection, null);

    internal static ConnectResult Failed(ConnectProblemKind kind, string detail) => new(null, new ConnectProblem(kind, detail));
}
