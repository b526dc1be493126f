using System.Net;
using System.Runtime.InteropServices;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Sockets;

/// <summary>One attempt to connect, from the socket's making to the answer.</summary>
internal static class ConnectAttempt
{
    private static ConnectResult Closed => ConnectResult.Failed(ConnectProblemKind.Aborted, "closed while connecting");

    public static Task<ConnectResult> RunAsync(EventLoop loop, IPEndPoint endPoint, ConnectOptions options, Action<TcpConnection>? onBegun)
    {
        loop.VerifyCurrent();
        var deadline = Deadline.After(options.TimeoutMs);
        int family = endPoint.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET;
        int fd = LibC.Socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) return Task.FromResult(Failure("socket", Marshal.GetLastPInvokeError()));
        TcpConnection? connection = null;
        try
        {
            connection = new TcpConnection(loop, fd, connecting: true, endPoint);
            Prepare(fd, options);
            int errno = Begin(fd, endPoint);
            loop.Watch(connection, output: true);
            onBegun?.Invoke(connection);
            if (!connection.IsOpen) return Task.FromResult(Closed);
            if (errno == 0) return Task.FromResult(ConnectResult.Connected(connection));
            if (errno == EINPROGRESS) return CompleteAsync(connection, deadline);
            connection.Close();
            return Task.FromResult(Failure("connect", errno));
        }
        catch (IOException exception)
        {
            connection?.Close();
            return Task.FromResult(ConnectResult.Failed(ConnectProblemKind.LocalFailure, exception.Message));
        }
        catch
        {
            connection?.Close();
            throw;
        }
    }

    private static unsafe void Prepare(int fd, ConnectOptions options)
    {
        SocketOptions.PrepareConnection(fd);
        if (options.Liveness is { } liveness) SocketOptions.Apply(fd, liveness);
        if (options.Mark != 0) SocketOptions.Set(fd, SOL_SOCKET, SO_MARK, options.Mark);
        if (options.BindAddress is null) return;
        // The port is chosen at connect, when the destination is known: so one local port serves many destinations.
        SocketOptions.Set(fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        SocketAddressBytes address = SocketAddressBytes.From(new IPEndPoint(options.BindAddress, 0));
        if (LibC.Bind(fd, &address, address.Length) != 0) throw SystemCallException.ForLastError("bind");
    }

    private static unsafe int Begin(int fd, IPEndPoint endPoint)
    {
        SocketAddressBytes address = SocketAddressBytes.From(endPoint);
        return LibC.Connect(fd, &address, address.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private static async Task<ConnectResult> CompleteAsync(TcpConnection connection, Deadline deadline)
    {
        WaitOutcome outcome = await connection.WaitWritableAsync(deadline);
        if (outcome == WaitOutcome.Closed || !connection.IsOpen) return Closed;
        // A failure comes with an event of its own.
        int errno = outcome == WaitOutcome.TimedOut ? ETIMEDOUT : connection.ErrorSeen ? SocketOptions.TakeError(connection.Fd) : 0;
        if (errno == 0) return ConnectResult.Connected(connection);
        connection.Close();
        return Failure("connect", errno);
    }

    private static ConnectResult Failure(string call, int errno) => ConnectResult.Failed(KindOf(errno), $"{call}: {SystemCallException.Describe(errno)}");

    private static ConnectProblemKind KindOf(int errno) => errno switch
    {
        ECONNREFUSED => ConnectProblemKind.Refused,
        // The second where the other end had closed first.
        ECONNRESET or EPIPE => ConnectProblemKind.Reset,
        ETIMEDOUT => ConnectProblemKind.TimedOut,
        ENETUNREACH or EHOSTUNREACH => ConnectProblemKind.Unreachable,
        _ => ConnectProblemKind.LocalFailure,
    };
}
