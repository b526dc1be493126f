using System.Net;
using System.Net.Sockets;
using CsCheck;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

[Collection("whole sidecars")]
public sealed class BoundsTests
{
    [Fact]
    public async Task Connections_beyond_the_bound_are_reset_with_a_record()
    {
        await using var two = await TwoSidecars.StartAsync(change: With(l => l with { MaxConnections = 2 }));
        using var first = await two.CallDirectlyAsync();
        using var second = await two.CallDirectlyAsync();
        Assert.Equal("hello", await first.ExchangeAsync("hello"));
        Assert.Equal("hello", await second.ExchangeAsync("hello"));
        Assert.True(await TestClient.IsResetAsync(two.Orders.Inbound, "hello"u8.ToArray()));
        Assert.Equal((Verdict.Deny, CloseReason.TooManyConnections), await two.Orders.Records.SingleAsync() is var r ? (r.Verdict, r.CloseReason) : default);
        first.Dispose();
        await two.Orders.Records.WaitForAsync(2);
        using var third = await two.CallDirectlyAsync();
        Assert.Equal("hello", await third.ExchangeAsync("hello"));
    }

    [Fact]
    public async Task One_silent_peer_does_not_keep_others_out()
    {
        await using var two = await TwoSidecars.StartAsync(
            InboundMatrixTests.Policies("STRICT", ""), ServerMode.Strict, change: With(l => l with { MaxOpening = 8, MaxOpeningPerSource = 4 }));
        var hostile = LoopbackAddresses.Next();
        var silent = new List<Socket>();
        for (var i = 0; i < 4; i++)
            silent.Add(await ConnectFromAsync(hostile, two));
        await WaitForAsync(() => two.Orders.Plane.Opening == 4);
        await Assert.ThrowsAsync<SocketException>(async () => await (await ConnectFromAsync(hostile, two)).ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        Assert.Equal(CloseReason.TooManyHandshakesFromSource, (await two.Orders.Records.SingleAsync()).CloseReason);
        using var client = await two.CallAsync();
        Assert.Equal("hello", await client.ExchangeAsync("hello"));
        silent.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task One_peer_does_not_keep_others_out_by_the_streams_of_several_tunnels()
    {
        await using var two = await TwoSidecars.StartAsync(
            change: With(static l => l with { MaxConnections = 5, MaxConnectionsPerSource = 4 }), tunnels: true);
        using var first = await two.CallAsync();
        Assert.Equal("hello", await first.ExchangeAsync("hello"));
        // The next goes by another tunnel: each tunnel has a place, and each stream.
        two.Web.Certify();
        using var second = await two.CallAsync();
        Assert.Equal("hello", await second.ExchangeAsync("hello"));
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "hello"u8.ToArray()));
        Assert.Equal(CloseReason.TooManyConnectionsFromSource, (await two.Orders.Records.SingleAsync()).CloseReason);
        var refused = await two.Web.Records.SingleAsync();
        Assert.Equal((ConnectionSecurity.Tunnel, CloseReason.ConnectFailed), (refused.Security, refused.CloseReason));
        using var other = await ConnectFromAsync(LoopbackAddresses.Next(), two);
        await other.SendAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(5, await other.ReceiveAsync(new byte[5], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handshake_that_does_not_end_is_ended(bool afterHello)
    {
        // Made before the limit begins to run; the limit itself leaves a busy machine time between a connection and its first bytes.
        byte[] first = afterHello ? await ClientHellos.OfferingAsync("istio") : [];
        await using var two = await TwoSidecars.StartAsync(
            InboundMatrixTests.Policies("STRICT", ""), change: With(l => l with { HandshakeTimeout = TimeSpan.FromMilliseconds(afterHello ? 1000 : 100) }));
        Assert.True(await TestClient.IsResetAsync(two.Orders.Inbound, first));
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, afterHello ? CloseReason.HandshakeTimeout : CloseReason.DetectionTimeout), (record.Verdict, record.CloseReason));
        Assert.Equal((ServerMode.Strict, afterHello ? DecisionReason.None : DecisionReason.ModeStrict), (record.Mode, record.Reason));
        Assert.Equal(0, two.Application.Connections);
    }

    [Fact]
    public async Task Every_connection_leaves_exactly_one_record_whatever_its_client_does()
    {
        var seen = new HashSet<CloseReason>();
        await Gen.Int[0, 5].Array[20].SampleAsync(async ways =>
        {
            await using var two = await TwoSidecars.StartAsync(loops: 2);
            await Task.WhenAll(ways.Select(way => BehaveAsync(two, way)));
            var sent = await two.Web.Records.WaitForAsync(ways.Length);
            Assert.Equal(ways.Length, sent.Select(r => r.Id).Distinct().Count());
            await two.Web.DisposeAsync();
            await two.Orders.DisposeAsync();
            Assert.Equal(ways.Length, two.Web.Records.All.Count);
            Assert.Equal(0, two.Web.Plane.Metrics.Active(ConnectionDirection.Outbound));
            Assert.Equal(0, two.Orders.Plane.Metrics.Active(ConnectionDirection.Inbound));
            Assert.All(sent.Concat(two.Orders.Records.All), r => Assert.NotEqual(CloseReason.None, r.CloseReason));
            seen.UnionWith(sent.Select(r => r.CloseReason));
        }, iter: 5, threads: 1);
        Assert.Superset(new HashSet<CloseReason> { CloseReason.Finished, CloseReason.Reset }, seen);
    }

    [Fact]
    public async Task Draining_lets_live_connections_end_by_themselves_and_cuts_the_rest_in_time()
    {
        await using var two = await TwoSidecars.StartAsync();
        using var polite = await two.CallAsync();
        using var stubborn = await two.CallAsync();
        Assert.Equal("hello", await polite.ExchangeAsync("hello"));
        Assert.Equal("hello", await stubborn.ExchangeAsync("hello"));
        using var deadline = new CancellationTokenSource();
        var draining = two.Orders.Plane.DrainAsync(deadline.Token);
        Assert.Equal("still here", await polite.ExchangeAsync("still here"));
        polite.End();
        Assert.Equal(CloseReason.Finished, (await two.Orders.Records.SingleAsync()).CloseReason);
        Assert.False(draining.IsCompleted);
        await deadline.CancelAsync();
        await draining;
        Assert.True(await stubborn.IsResetAsync());
        Assert.Equal(CloseReason.Draining, (await two.Orders.Records.WaitForAsync(2))[1].CloseReason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waits_for_a_server_that_does_not_answer_is_cut_at_once(bool byTunnel)
    {
        var never = TimeSpan.FromHours(1);
        var web = await TestSidecar.StartAsync(new TestMesh(TimeProvider.System.GetUtcNow()), "web", [TwoSidecars.OrdersService],
            change: o => o with { OutboundLimits = o.OutboundLimits with { ConnectTimeout = never, HandshakeTimeout = never } });
        web.Certify();
        var address = new IPEndPoint(LoopbackAddresses.Next(), byTunnel ? SidecarPorts.Tunnel : TestSidecar.Port);
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(address);
        // One place, so that who comes second is not answered.
        silent.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (!byTunnel)
            await first.ConnectAsync(address);
        web.Configure(destinations: [new TestDestination(
            TwoSidecars.OrdersService, web.Endpoint(hasSidecar: byTunnel) with { Address = address.Address, TunnelPort = byTunnel ? address.Port : null })]);
        using var client = await TestClient.ConnectAsync(web.OutboundFor(TwoSidecars.OrdersService));
        using var unanswered = byTunnel ? await silent.AcceptAsync(TestContext.Current.CancellationToken) : null;
        if (!byTunnel)
            await Until.TrueAsync(async () => (await web.Plane.ReadConnectionsAsync(static r => r.Upstream)).Single() is not null, "the server is called");
        await web.DisposeAsync().AsTask().WaitAsync(RecordLog.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(CloseReason.Draining, (await web.Records.SingleAsync()).CloseReason);
    }

    private static async Task BehaveAsync(TwoSidecars two, int way)
    {
        using var client = await two.CallAsync();
        if (way == 0)
            return;
        await client.SendAsync("hello");
        if (way == 1)
            client.Reset();
        if (way < 3)
            return;
        await client.ReadAsync(5);
        if (way == 3)
            client.Reset();
        if (way < 5)
            return;
        client.End();
        await client.IsResetAsync();
    }

    private static Func<DataPlaneOptions, DataPlaneOptions> With(Func<ConnectionLimits, ConnectionLimits> change) =>
        options => options with { InboundLimits = change(options.InboundLimits) };

    private static async Task<Socket> ConnectFromAsync(IPAddress source, TwoSidecars two)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(source, 0));
        await socket.ConnectAsync(two.Orders.Inbound);
        return socket;
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(RecordLog.Patience);
        while (!condition())
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
