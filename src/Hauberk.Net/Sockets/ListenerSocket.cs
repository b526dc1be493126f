using System.Net;
using System.Runtime.InteropServices;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Sockets;

/// <summary>
/// Accepts connections for one loop; each loop has its own on the same address (SO_REUSEPORT). Every connection is served by one
/// asynchronous method on the loop, and is cut if that method leaves it open.
/// </summary>
public sealed class ListenerSocket : Descriptor
{
    private const int AcceptsPerTurn = 64;

    private readonly ListenerOptions options;
    private readonly Func<TcpConnection, Task> serve;
    private readonly LoopTimer exhaustionPause;
    private long exhaustions;
    private bool paused;

    private ListenerSocket(EventLoop loop, int fd, ListenerOptions options, Func<TcpConnection, Task> serve) : base(loop, fd)
    {
        this.options = options;
        this.serve = serve;
        exhaustionPause = new LoopTimer(loop, UpdateInterest);
    }

    /// <summary>The address with the port the system chose when 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; private set; } = null!;

    /// <summary>Connections whose serving has not ended. Use on the loop's thread.</summary>
    public int ConnectionCount { get; private set; }

    /// <summary>How often accepting paused because descriptors or memory ran out. Read from any thread.</summary>
    public long ExhaustionCount => Interlocked.Read(ref exhaustions);

    /// <summary>Starts to accept, on the loop's thread; from any thread.</summary>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public static Task<ListenerSocket> OpenAsync(EventLoop loop, IPEndPoint endPoint, ListenerOptions options, Func<TcpConnection, Task> serve) =>
        loop.RunAsync(() => Task.FromResult(Open(loop, endPoint, options, serve)));

    /// <summary>Accepts no more; connections being served go on. From any thread.</summary>
    public Task CloseAsync() => Loop.RunAsync(() =>
    {
        Cut("closed");
        return Task.CompletedTask;
    });

    internal override unsafe void OnEvents(uint events)
    {
        for (int i = 0; i < AcceptsPerTurn && !paused && IsOpen; i++)
        {
            SocketAddressBytes peer = default;
            uint length = SocketAddressBytes.Capacity;
            int fd = LibC.Accept4(Fd, &peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd >= 0) Admit(fd, peer.ToEndPoint());
            else if (!Recover(Marshal.GetLastPInvokeError())) return;
        }
    }

    internal override void Cut(string reason)
    {
        exhaustionPause.Stop();
        CloseDescriptor();
    }

    private static ListenerSocket Open(EventLoop loop, IPEndPoint endPoint, ListenerOptions options, Func<TcpConnection, Task> serve)
    {
        bool v6 = endPoint.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        int fd = LibC.Socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd < 0) throw SystemCallException.ForLastError("socket");
        var listener = new ListenerSocket(loop, fd, options, serve);
        try
        {
            listener.Bind(endPoint, v6);
            return listener;
        }
        catch
        {
            listener.CloseDescriptor();
            throw;
        }
    }

    private unsafe void Bind(IPEndPoint endPoint, bool v6)
    {
        SocketOptions.Set(Fd, SOL_SOCKET, SO_REUSEADDR, 1);
        SocketOptions.Set(Fd, SOL_SOCKET, SO_REUSEPORT, 1);
        if (v6) SocketOptions.Set(Fd, SOL_IPV6, IPV6_V6ONLY, 1);
        // Connections accepted here are born with them.
        SocketOptions.PrepareConnection(Fd);
        SocketOptions.Apply(Fd, options.Liveness);
        SocketAddressBytes address = SocketAddressBytes.From(endPoint);
        if (LibC.Bind(Fd, &address, address.Length) != 0) throw SystemCallException.ForLastError($"bind {endPoint}");
        if (LibC.Listen(Fd, options.Backlog) != 0) throw SystemCallException.ForLastError($"listen {endPoint}");
        LocalEndPoint = SocketAddresses.Local(Fd);
        Loop.WatchLevel(this);
    }

    private void Admit(int fd, IPEndPoint? peer)
    {
        TcpConnection connection;
        try
        {
            connection = new TcpConnection(Loop, fd, connecting: false, peer);
        }
        catch (IOException exception)
        {
            Loop.Report(exception);
            return;
        }
        ConnectionCount++;
        UpdateInterest();
        _ = ServeAsync(connection);
    }

    private async Task ServeAsync(TcpConnection connection)
    {
        Loop.TaskStarted();
        try
        {
            await serve(connection);
        }
        catch (Exception exception)
        {
            Loop.Report(exception);
        }
        finally
        {
            connection.Cut("its service ended");
            Loop.TaskEnded();
            ConnectionCount--;
            UpdateInterest();
        }
    }

    /// <summary>True when accepting can go on at once.</summary>
    private bool Recover(int errno)
    {
        if (errno == EAGAIN) return false;
        // Others belong to the one connection that did not make it (accept(2), "Error handling").
        if (errno is not (EMFILE or ENFILE or ENOBUFS or ENOMEM)) return true;
        Interlocked.Increment(ref exhaustions);
        exhaustionPause.Start(options.ExhaustionPauseMs);
        UpdateInterest();
        return false;
    }

    private void UpdateInterest()
    {
        bool pause = exhaustionPause.IsRunning || ConnectionCount >= options.MaxConnections;
        if (!IsOpen || pause == paused) return;
        paused = pause;
        Loop.SetLevelInterest(this, input: !pause);
    }
}
