using System.Net.Sockets;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Native;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tests.Support;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Tests.Sockets;

public sealed class ListenerTests : LoopTest
{
    [Fact]
    public async Task Each_connection_is_served_on_the_loop_and_closed_afterwards()
    {
        ListenerSocket listener = await ListenAsync(async connection =>
        {
            Assert.True(Loop.IsCurrent);
            await connection.WaitReadableAsync(Deadline.Never);
            Assert.True(Loop.IsCurrent);
        });
        Socket client = Dial(listener.LocalEndPoint);
        client.Send("x"u8);
        Assert.Equal(SocketError.ConnectionReset, Assert.Throws<SocketException>(() => client.Receive(new byte[1])).SocketErrorCode);
    }

    [Fact]
    public async Task What_every_connection_gets_it_gets_whether_accepted_or_dialled()
    {
        var accepted = new TaskCompletionSource<int[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var liveness = new TcpLiveness { KeepAliveIdleMs = 7_000, KeepAliveIntervalMs = 3_000, KeepAliveProbes = 2, UnacknowledgedTimeoutMs = 9_000 };
        ListenerSocket listener = await ListenAsync(async connection =>
        {
            accepted.SetResult(OptionsOf(connection));
            await connection.WaitReadableAsync(Deadline.Never);
        }, new ListenerOptions { Liveness = liveness });
        int[] dialled = await Loop.RunAsync(async () =>
        {
            ConnectResult result = await TcpConnection.ConnectAsync(Loop, listener.LocalEndPoint, new ConnectOptions { Liveness = liveness });
            Assert.True(result.IsConnected, result.Problem?.ToString());
            using TcpConnection connection = result.Connection;
            return OptionsOf(connection);
        });
        Assert.Equal([1, 1, 1, 7, 3, 2, 9_000], dialled);
        Assert.Equal(dialled, await InTime(accepted.Task));
    }

    [Fact]
    public async Task A_failing_service_costs_its_own_connection_only()
    {
        ExpectsUnhandledExceptions = true;
        ListenerSocket listener = await ListenAsync(async connection =>
        {
            await connection.WaitReadableAsync(Deadline.Never);
            var first = new byte[1];
            connection.Peek(first, out _);
            if (first[0] == '!') throw new InvalidOperationException("bad connection");
            connection.Close();
        });
        Socket bad = Dial(listener.LocalEndPoint), good = Dial(listener.LocalEndPoint);
        bad.Send("!"u8);
        Assert.Throws<SocketException>(() => bad.Receive(new byte[1]));
        good.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, good.Receive(new byte[1]));
        Assert.Equal("bad connection", Assert.Single(Unhandled).Message);
        Assert.Equal(1, Loop.UnhandledExceptionCount);
    }

    [Fact]
    public async Task An_exception_in_a_callback_cuts_its_own_connection_only()
    {
        ExpectsUnhandledExceptions = true;
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ListenerSocket listener = await ListenAsync(async connection =>
        {
            var channel = new PlainChannel(connection) { Observer = new ThrowingObserver() };
            await release.Task;
            channel.Close();
        });
        Socket bad = Dial(listener.LocalEndPoint), good = Dial(listener.LocalEndPoint);
        bad.Send("x"u8);
        Assert.Throws<SocketException>(() => bad.Receive(new byte[1]));
        release.SetResult();
        Assert.Equal(0, good.Receive(new byte[1]));
        Assert.Equal("observer", Assert.Single(Unhandled).Message);
    }

    [Fact]
    public async Task At_the_cap_further_connections_wait_their_turn()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ListenerSocket listener = await ListenAsync(_ => release.Task, new ListenerOptions { MaxConnections = 2 });
        Socket[] clients = [.. Enumerable.Range(0, 5).Select(_ => Dial(listener.LocalEndPoint))];
        await UntilAsync(() => listener.ConnectionCount == 2, "the cap is reached");
        for (int turns = 0; turns < 50; turns++) Assert.Equal(2, await OnLoop(() => listener.ConnectionCount));
        release.SetResult();
        foreach (Socket client in clients) Assert.Throws<SocketException>(() => client.Receive(new byte[1]));
        await UntilAsync(() => listener.ConnectionCount == 0, "all were served");
    }

    [Fact]
    public async Task Two_listeners_share_one_address()
    {
        ListenerSocket first = await ListenAsync(_ => Task.CompletedTask);
        ListenerSocket second = await ListenerSocket.OpenAsync(Loop, first.LocalEndPoint, new ListenerOptions(), _ => Task.CompletedTask);
        Assert.Equal(first.LocalEndPoint, second.LocalEndPoint);
    }

    [Fact]
    public async Task A_closed_listener_accepts_nothing_and_its_connections_go_on()
    {
        ListenerSocket listener = await ListenAsync(async connection =>
        {
            await connection.WaitReadableAsync(Deadline.Never);
            connection.Close();
        });
        Socket live = Dial(listener.LocalEndPoint);
        await UntilAsync(() => listener.ConnectionCount == 1, "the connection is served");
        await listener.CloseAsync();
        Assert.Throws<SocketException>(() => Dial(listener.LocalEndPoint));
        live.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, live.Receive(new byte[1]));
    }

    [Fact]
    public async Task An_address_that_is_taken_is_an_error()
    {
        var (_, endPoint) = OpenBackend();
        await Assert.ThrowsAsync<IOException>(() => ListenerSocket.OpenAsync(Loop, endPoint, new ListenerOptions(), _ => Task.CompletedTask));
    }

    [Fact]
    public async Task Running_out_of_descriptors_pauses_accepting_and_recovers()
    {
        ListenerSocket listener = await ListenAsync(
            async connection => await connection.WaitReadableAsync(Deadline.Never), new ListenerOptions { ExhaustionPauseMs = 10 });
        // What connecting and serving take for the first time, the runtime loads while it can.
        using (Socket first = Dial(listener.LocalEndPoint)) await UntilAsync(() => listener.ConnectionCount == 1, "the first connection is served");
        await UntilAsync(() => listener.ConnectionCount == 0, "the first connection is gone");
        Socket client = Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        using (new DescriptorFamine())
        {
            client.Connect(listener.LocalEndPoint);
            var deadline = Deadline.After(PatienceMs);
            while (listener.ExhaustionCount < 2) Assert.False(deadline.HasPassed, "accepting never ran out");
        }
        await UntilAsync(() => listener.ConnectionCount == 1, "the waiting connection is served");
        client.Close();
    }

    private sealed class ThrowingObserver : IChannelObserver
    {
        public void OnReadable(ByteChannel channel) => throw new InvalidOperationException("observer");

        public void OnWritable(ByteChannel channel)
        {
        }

        public void OnFailed(ByteChannel channel)
        {
        }
    }

    private static int[] OptionsOf(TcpConnection connection) =>
    [
        Option(connection, SOL_TCP, TCP_NODELAY), Option(connection, SOL_SOCKET, SO_OOBINLINE), Option(connection, SOL_SOCKET, SO_KEEPALIVE),
        Option(connection, SOL_TCP, TCP_KEEPIDLE), Option(connection, SOL_TCP, TCP_KEEPINTVL), Option(connection, SOL_TCP, TCP_KEEPCNT),
        Option(connection, SOL_TCP, TCP_USER_TIMEOUT),
    ];

    private static unsafe int Option(TcpConnection connection, int level, int name)
    {
        int value;
        uint length = sizeof(int);
        Assert.Equal(0, LibC.GetSockOpt(connection.Fd, level, name, &value, &length));
        return value;
    }
}
