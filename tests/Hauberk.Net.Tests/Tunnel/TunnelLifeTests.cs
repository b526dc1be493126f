using System.Net.Sockets;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Relay;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tunnel;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>What a tunnel costs over its life, and that it gives everything back.</summary>
public sealed class TunnelLifeTests(ITestOutputHelper output) : TunnelTest
{
    private const int Megabyte = 1024 * 1024;

    [Fact]
    public async Task Ten_thousand_short_connections_leave_nothing_behind()
    {
        const int connections = 10_000, atOnce = 32;
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        _ = Transfer.EchoAllAsync(listener);
        await AskAsync(mesh, connections / 10, atOnce);
        Footprint before = Footprint.Take();
        await AskAsync(mesh, connections, atOnce);
        await before.UntilBackAsync();
        Assert.Null(mesh.Client.Problem);
    }

    [Fact]
    public async Task Idle_streams_cost_little_and_leave_nothing_behind()
    {
        const int streams = 3_000, bytesEach = 6 * 1024;
        var options = new TunnelOptions { MaxStreams = 2 * streams };
        using var applications = new BareSockets(2 * streams);
        TunnelMesh mesh = await StartMeshAsync(applications.Backend, options, options);
        for (int i = 0; i < 100; i++) applications.Connect(mesh.Outbound.LocalEndPoint);
        Footprint before = Footprint.Take();
        for (int i = 0; i < streams; i++) applications.Connect(mesh.Outbound.LocalEndPoint);
        long each = (Footprint.Take().Bytes - before.Bytes) / streams;
        output.WriteLine($"{each} bytes for both ends of a stream, with the sockets of both proxies");
        Assert.InRange(each, 1, bytesEach);
        applications.Dispose();
        await before.UntilBackAsync();
    }

    [Fact]
    public async Task Keys_change_in_mid_stream_on_either_side()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        _ = Transfer.EchoAllAsync(listener);
        Socket client = Dial(mesh.Outbound.LocalEndPoint);
        Task moves = Task.WhenAll(Task.Run(() => Transfer.Send(client, 32 * Megabyte, 1)), Task.Run(() => Transfer.Receive(client, 32 * Megabyte, 1)));
        int changes = 0;
        for (; !moves.IsCompleted; changes++)
        {
            await OnLoop(() => mesh.Client.Channel.Session.RequestKeyUpdate());
            await OnLoop(() => mesh.Server.Channel.Session.RequestKeyUpdate());
            await PauseAsync(1);
        }
        await InTime(moves);
        Assert.True(changes > 5, $"{changes} changes");
        Assert.Equal(RelayEnd.Completed, (await mesh.OutboundResults.NextAsync()).End);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_tunnel_killed_under_load_takes_its_streams_along_and_nothing_else(bool byClient)
    {
        const int streams = 20;
        (TunnelMesh other, Socket otherListener) = await StartMeshAsync();
        (Socket bystander, Socket bystanderServer) = Connect(other, otherListener);
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        _ = Transfer.EchoAllAsync(listener);
        Socket[] clients = [.. Enumerable.Range(0, streams).Select(_ => Dial(mesh.Outbound.LocalEndPoint))];
        foreach (Socket client in clients)
        {
            client.Send("x"u8);
            Assert.Equal("x", ReceiveText(client, 1));
        }
        Task<SocketError>[] broken = [.. clients.Select(client => Task.Run(() => PourUntilBroken(client)))];
        await UntilAsync(() => mesh.Client.StreamCount == streams && mesh.Server.StreamCount == streams, "all streams open");
        // The kernel resets the connection below, as when the host is gone.
        await OnLoop(() => (byClient ? mesh.Client : mesh.Server).Channel.Connection.Abort());
        foreach (SocketError error in await InTime(Task.WhenAll(broken))) Assert.Contains(error, new[] { SocketError.ConnectionReset, SocketError.Shutdown });
        await InTime(Task.WhenAll(mesh.Client.Completion, mesh.Server.Completion));
        for (int i = 0; i < streams; i++) Assert.Equal(RelayEnd.Failed, (await mesh.OutboundResults.NextAsync()).End);
        Exchange(bystander, bystanderServer, new byte[1000], 3);
        Assert.Equal((0, 0), (mesh.Client.StreamCount, mesh.Server.StreamCount));
        await UntilAsync(() => NativeResources.OutstandingOf(NativeResourceKind.Buffer) <= HostilePeerTest.LoopBuffers, "no buffer is held");
        TunnelOpening late = await Loop.RunAsync(() => mesh.Client.OpenAsync("127.0.0.1:1", Deadline.Never));
        Assert.Equal((false, true), (late.IsOpen, late.CanRetry));
    }

    private static SocketError PourUntilBroken(Socket socket)
    {
        var part = new byte[32 * 1024];
        try
        {
            while (true)
            {
                socket.Send(part);
                for (int got = 0; got < part.Length;)
                {
                    int count = socket.Receive(part, got, part.Length - got, SocketFlags.None);
                    if (count == 0) return SocketError.Success;
                    got += count;
                }
            }
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }

    private async Task AskAsync(TunnelMesh mesh, int connections, int atOnce)
    {
        int asked = 0;
        await WhileItMoves(Transfer.AskAsync(mesh.Outbound.LocalEndPoint, connections, atOnce, () => Interlocked.Increment(ref asked)), () => Volatile.Read(ref asked));
        await UntilAsync(() => mesh.Client.StreamCount + mesh.Server.StreamCount == 0, "all streams gone");
        for (int i = 0; i < connections; i++)
        {
            Assert.True((await mesh.Openings.NextAsync()).IsOpen);
            Assert.Equal(RelayEnd.Completed, (await mesh.OutboundResults.NextAsync()).End);
            Assert.Equal(RelayEnd.Completed, (await mesh.InboundResults.NextAsync()).End);
        }
    }
}
