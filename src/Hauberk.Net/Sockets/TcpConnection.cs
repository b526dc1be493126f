using System.Net;
using System.Runtime.InteropServices;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Sockets;

/// <summary>
/// One TCP connection on one event loop. Before a <see cref="ByteChannel"/> takes it over its first bytes can be looked at without
/// taking them. Use on the loop's thread.
/// </summary>
public sealed unsafe class TcpConnection : Descriptor, IDisposable
{
    private IPEndPoint? local;
    private IPEndPoint? remote;
    private ReadinessWait? wait;
    private bool watchesOutput;
    private bool inputEdge;
    private bool inputSeen;
    private int peekedFailure;

    /// <param name="remote">The peer's address; null: it is asked for when somebody wants to know.</param>
    internal TcpConnection(EventLoop loop, int fd, bool connecting, IPEndPoint? remote = null) : base(loop, fd)
    {
        this.remote = remote;
        try
        {
            watchesOutput = connecting;
            if (!connecting) loop.Watch(this, output: false);
        }
        catch
        {
            CloseDescriptor();
            throw;
        }
    }

    /// <summary>This end's address; for a redirected connection the address the peer believes it talks to. Stays readable after close once read.</summary>
    public IPEndPoint LocalEndPoint => local ??= SocketAddresses.Local(Fd);

    public IPEndPoint RemoteEndPoint => remote ??= SocketAddresses.Remote(Fd);

    /// <summary>Where the peer wanted to go before packet rules redirected it here; null when nothing redirected it.</summary>
    public IPEndPoint? OriginalDestination => SocketAddresses.OriginalDestination(Fd, local ?? SocketAddresses.Local(Fd));

    /// <summary>
    /// A short read no longer means that nothing follows: the peer's end (FIN) may wait behind the bytes without an edge of its own,
    /// and reads stop short at urgent bytes.
    /// </summary>
    internal bool ShortReadsMislead { get; private set; }

    /// <summary>The connection has failed (reset, timed out), even if bytes wait to be read.</summary>
    internal bool ErrorSeen { get; private set; }

    internal SocketChannel? Channel { get; set; }

    /// <summary>Connects from <paramref name="loop"/>'s thread. Never throws for what a network can do.</summary>
    /// <param name="onBegun">Given the connection before the wait for it, so that closing it can end the wait.</param>
    public static Task<ConnectResult> ConnectAsync(EventLoop loop, IPEndPoint endPoint, ConnectOptions options, Action<TcpConnection>? onBegun = null) =>
        ConnectAttempt.RunAsync(loop, endPoint, options, onBegun);

    /// <summary>Copies the bytes that wait, from the first one, without taking them; 0 when none do.</summary>
    public int Peek(Span<byte> destination, out PeekState state)
    {
        int count = Receive(destination, MSG_PEEK);
        state = count == 0 && destination.Length > 0 ? PeekState.Ended : PeekState.Open;
        if (count >= 0)
        {
            // A FIN behind waiting bytes shows only in the events, and no peek sees past the first urgent byte.
            if (ShortReadsMislead) state = PeekState.Ended;
            return count;
        }
        if (count == -EAGAIN) return 0;
        // The kernel tells of a failure once and of an end from then on: whoever looks or reads next is to learn the same.
        peekedFailure = count;
        state = PeekState.Broken;
        return 0;
    }

    /// <summary>Waits until bytes (or the peer's end) have arrived since the last peek or read. One wait at a time.</summary>
    public Task<WaitOutcome> WaitReadableAsync(Deadline deadline)
    {
        if (!IsOpen) return Task.FromResult(WaitOutcome.Closed);
        if (inputEdge) return Task.FromResult(WaitOutcome.Ready);
        return BeginWait(EPOLLIN, deadline);
    }

    /// <summary>Ends the connection in order: bytes already sent still arrive.</summary>
    public void Close()
    {
        if (!IsOpen) return;
        CloseDescriptor();
        TakeWait()?.Complete(WaitOutcome.Closed);
        Channel?.OnConnectionClosed();
    }

    /// <summary>Ends the connection with a reset, which the peer cannot mistake for an end.</summary>
    public void Abort()
    {
        if (!IsOpen) return;
        SocketOptions.ResetOnClose(Fd);
        Close();
    }

    public void Dispose() => Close();

    /// <summary>Receives bytes; 0 at the peer's end, or minus the error number.</summary>
    internal int Receive(Span<byte> destination) => Receive(destination, 0);

    /// <summary>Sends what the socket takes now; the count, or minus the error number.</summary>
    internal int Send(byte* source, int length)
    {
        if (!IsOpen) return -EPIPE;
        nint sent;
        do sent = LibC.Send(Fd, source, (nuint)length, MSG_NOSIGNAL);
        while (sent < 0 && Marshal.GetLastPInvokeError() == EINTR);
        if (sent >= 0) return (int)sent;
        int errno = Marshal.GetLastPInvokeError();
        if (errno == EAGAIN) WatchOutput();
        return -errno;
    }

    internal void ShutdownWrite()
    {
        if (IsOpen) _ = LibC.Shutdown(Fd, SHUT_WR);
    }

    internal Task<WaitOutcome> WaitWritableAsync(Deadline deadline) => BeginWait(EPOLLOUT, deadline);

    internal override void OnEvents(uint events)
    {
        if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR | EPOLLPRI)) != 0) ShortReadsMislead = true;
        if ((events & EPOLLERR) != 0) ErrorSeen = true;
        if ((events & ~EPOLLOUT) != 0) inputEdge = inputSeen = true;
        if (wait is { } waiting && (waiting.Interest & events | events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP)) != 0) TakeWait()!.Complete(WaitOutcome.Ready);
        Channel?.OnSocketEvents(events);
    }

    internal override void Cut(string reason)
    {
        if (Channel is { } channel) channel.Cut(reason);
        Abort();
    }

    private int Receive(Span<byte> destination, int flags)
    {
        if (!IsOpen) return -ECONNABORTED;
        if (peekedFailure != 0) return peekedFailure;
        // Whatever is there from the start brings an event as well: before the first one there is nothing to find.
        if (!inputSeen && flags == 0) return -EAGAIN;
        inputEdge = false;
        nint received;
        fixed (byte* pointer = destination)
        {
            do received = LibC.Recv(Fd, pointer, (nuint)destination.Length, flags);
            while (received < 0 && Marshal.GetLastPInvokeError() == EINTR);
        }
        return received >= 0 ? (int)received : -Marshal.GetLastPInvokeError();
    }

    // Edge-triggered output is asked for only once a send was refused: most connections never are.
    private void WatchOutput()
    {
        if (watchesOutput) return;
        watchesOutput = true;
        Loop.WatchOutput(this);
    }

    private Task<WaitOutcome> BeginWait(uint interest, Deadline deadline)
    {
        Loop.VerifyCurrent();
        if (wait is not null) throw new InvalidOperationException("A wait on this connection is already under way.");
        wait = new ReadinessWait(Loop, interest, deadline, () => TakeWait()?.Complete(WaitOutcome.TimedOut));
        return wait.Task;
    }

    private ReadinessWait? TakeWait()
    {
        ReadinessWait? taken = wait;
        wait = null;
        return taken;
    }
}
