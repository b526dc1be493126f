using System.Net;
using System.Net.Sockets;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tests.Support;

namespace Hauberk.Net.Tests.Sockets;

public sealed class ConnectTests : LoopTest
{
    [Fact]
    public async Task A_connection_knows_both_its_ends()
    {
        var (listener, endPoint) = OpenBackend();
        (IPEndPoint local, IPEndPoint remote) = await Loop.RunAsync(async () =>
        {
            using TcpConnection connection = (await TcpConnection.ConnectAsync(Loop, endPoint, ConnectOptions.Default)).Connection!;
            return (connection.LocalEndPoint, connection.RemoteEndPoint);
        });
        Assert.Equal(endPoint, remote);
        Assert.Equal(Accept(listener).RemoteEndPoint, local);
    }

    [Fact]
    public async Task A_closed_connection_still_knows_its_ends()
    {
        var (_, endPoint) = OpenBackend();
        IPEndPoint remote = await Loop.RunAsync(async () =>
        {
            TcpConnection connection = (await TcpConnection.ConnectAsync(Loop, endPoint, ConnectOptions.Default)).Connection!;
            connection.Close();
            return connection.RemoteEndPoint;
        });
        Assert.Equal(endPoint, remote);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_refuses()
    {
        var (listener, endPoint) = OpenBackend();
        listener.Close();
        Assert.Equal(ConnectProblemKind.Refused, await ProblemAsync(endPoint, ConnectOptions.Default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_answers_and_resets_at_once_did_not_refuse(bool endsFirst)
    {
        var (listener, endPoint) = OpenBackend();
        ConnectProblemKind kind = await Loop.RunAsync(async () =>
        {
            Task<ConnectResult> attempt = TcpConnection.ConnectAsync(Loop, endPoint, ConnectOptions.Default);
            // On the loop's own thread: it sees the answer only afterwards.
            Socket accepted = listener.Accept();
            if (endsFirst) accepted.Shutdown(SocketShutdown.Send);
            accepted.Close(0);
            return (await attempt).Problem!.Kind;
        });
        Assert.Equal(ConnectProblemKind.Reset, kind);
    }

    [Fact]
    public async Task Who_never_answers_times_out()
    {
        // A full backlog drops further SYNs, as a host that is gone would.
        var listener = Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var endPoint = (IPEndPoint)listener.LocalEndPoint!;
        Dial(endPoint);
        Assert.Equal(ConnectProblemKind.TimedOut, await ProblemAsync(endPoint, new ConnectOptions { TimeoutMs = 100 }));
    }

    [Fact]
    public async Task The_local_address_can_be_chosen()
    {
        var (listener, endPoint) = OpenBackend();
        var options = new ConnectOptions { BindAddress = IPAddress.Parse("127.0.0.77") };
        await Loop.RunAsync(async () =>
        {
            using TcpConnection connection = (await TcpConnection.ConnectAsync(Loop, endPoint, options)).Connection!;
            Assert.Equal(options.BindAddress, connection.LocalEndPoint.Address);
        });
        Assert.Equal(options.BindAddress, ((IPEndPoint)Accept(listener).RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task A_local_address_that_is_not_ours_is_a_local_failure()
    {
        var (_, endPoint) = OpenBackend();
        Assert.Equal(ConnectProblemKind.LocalFailure, await ProblemAsync(endPoint, new ConnectOptions { BindAddress = IPAddress.Parse("192.0.2.1") }));
    }

    [Fact]
    public async Task A_loop_that_ends_ends_its_attempts()
    {
        var listener = Own(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        Dial((IPEndPoint)listener.LocalEndPoint!);
        Task<ConnectResult> attempt = null!;
        await OnLoop(() => { attempt = TcpConnection.ConnectAsync(Loop, (IPEndPoint)listener.LocalEndPoint!, ConnectOptions.Default); });
        await Loop.DisposeAsync();
        Assert.Equal(ConnectProblemKind.Aborted, (await InTime(attempt)).Problem!.Kind);
    }

    [Fact]
    public async Task A_connection_that_nothing_redirected_has_no_original_destination()
    {
        var seen = new TaskCompletionSource<IPEndPoint?>();
        ListenerSocket listener = await ListenAsync(connection =>
        {
            seen.SetResult(connection.OriginalDestination);
            return Task.CompletedTask;
        });
        Dial(listener.LocalEndPoint);
        Assert.Null(await InTime(seen.Task));
    }

    [Fact]
    public async Task Another_thread_may_not_use_a_connection()
    {
        var (_, endPoint) = OpenBackend();
        await Assert.ThrowsAsync<InvalidOperationException>(() => TcpConnection.ConnectAsync(Loop, endPoint, ConnectOptions.Default));
    }

    private Task<ConnectProblemKind> ProblemAsync(IPEndPoint endPoint, ConnectOptions options) =>
        Loop.RunAsync(async () => (await TcpConnection.ConnectAsync(Loop, endPoint, options)).Problem!.Kind);
}
