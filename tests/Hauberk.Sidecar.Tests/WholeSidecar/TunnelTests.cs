using System.Net;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Net.Channels;
using Hauberk.Net.Relay;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tunnel;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>Connections that share a tunnel are each decided, named and recorded as if they had one of their own.</summary>
[Collection("whole sidecars")]
public sealed class TunnelTests
{
    [Fact]
    public async Task Connections_share_a_tunnel_and_each_leaves_its_record_at_both_ends()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        for (var i = 0; i < 3; i++)
            await CallAsync(two);
        foreach (var records in new[] { await two.Web.Records.WaitForAsync(3), await two.Orders.Records.WaitForAsync(3) })
            Assert.All(records, r => Assert.Equal(
                (two.Web.Identity, two.Orders.Identity, ConnectionSecurity.Tunnel, Verdict.Allow, CloseReason.Finished, 5L, 5L),
                (r.SourceIdentity, r.DestinationIdentity, r.Security, r.Verdict, r.CloseReason, r.BytesSent, r.BytesReceived)));
        Assert.Equal(1, await TunnelsIntoOrdersAsync(two));
    }

    [Fact]
    public async Task A_tunnel_that_lives_is_shown_as_one_with_the_identity_that_its_peer_proved()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        await CallAsync(two);
        await two.Orders.Records.SingleAsync();
        Assert.Equal(
            [(SidecarPorts.Tunnel, ConnectionSecurity.Tunnel, two.Web.Identity, two.Orders.Identity)],
            await two.Orders.Plane.ReadConnectionsAsync(static r => (r.Destination!.Port, r.Security, r.SourceIdentity!, r.DestinationIdentity!)));
    }

    [Fact]
    public async Task More_connections_than_a_tunnel_carries_make_more_tunnels()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        var clients = await Task.WhenAll(Enumerable.Range(0, 450).Select(async _ =>
        {
            var client = await two.CallAsync();
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
            return client;
        }));
        Assert.InRange(await TunnelsIntoOrdersAsync(two), 3, 8);
        Assert.All(await two.Web.Plane.ReadConnectionsAsync(static r => r.Security), s => Assert.Equal(ConnectionSecurity.Tunnel, s));
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task The_name_that_a_connection_of_its_own_would_send_decides_in_a_tunnel_too_and_others_of_the_tunnel_go_on()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        var other = two.OrdersAt(ServerMode.Permissive) with { Host = "other.shop.svc.cluster.local" };
        two.Web.Configure(destinations: [other]);
        using var kept = await two.CallAsync();
        Assert.Equal("hello", await kept.ExchangeAsync("hello"));
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive)]);
        two.Orders.Configure("""
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: { name: by-name, namespace: shop }
            spec:
              action: DENY
              rules:
                - when: [{ key: connection.sni, values: ["outbound_.80_._.orders.shop.svc.cluster.local"] }]
            """);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        var denied = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, DecisionReason.DenyRuleMatched, "shop/by-name[0]"), (denied.Verdict, denied.Reason, denied.Rule));
        var refused = await two.Web.Records.SingleAsync();
        Assert.Equal((CloseReason.RejectedByServer, ClosedBy.Server), (refused.CloseReason, refused.ClosedBy));
        Assert.Equal("still here", await kept.ExchangeAsync("still here"));
        Assert.Equal(1, await TunnelsIntoOrdersAsync(two));
    }

    [Fact]
    public async Task Where_no_tunnel_is_to_be_had_mutual_TLS_goes_its_own_way()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true, change: static o => o with { Tunnels = [] });
        await CallAsync(two);
        Assert.Equal((ConnectionSecurity.MutualTls, CloseReason.Finished), await two.Web.Records.SingleAsync() is var r ? (r.Security, r.CloseReason) : default);
    }

    [Fact]
    public async Task A_server_that_is_not_the_one_named_gets_nothing_through_a_tunnel_either()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive) with { Identities = [SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/other")] }]);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        var denied = await two.Web.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, DecisionReason.ServerIdentityNotInService, 0L), (denied.Verdict, denied.Reason, denied.BytesSent));
        Assert.Equal(0, two.Application.Connections);
    }

    [Fact]
    public async Task A_tunnel_that_dies_before_the_answer_is_made_again_and_the_call_succeeds()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        await using var peer = await StandInForOrdersAsync(two, async (tunnel, request) =>
        {
            if (tunnel < 3)
                request.Channel.Abort();
            else
                await RelayToApplicationAsync(two, request);
        });
        await CallAsync(two);
        Assert.Equal((ConnectionSecurity.Tunnel, CloseReason.Finished), await two.Web.Records.SingleAsync() is var r ? (r.Security, r.CloseReason) : default);
    }

    [Fact]
    public async Task A_tunnel_that_dies_after_the_answer_is_made_again_while_nobody_has_sent_a_byte()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        var again = new TaskCompletionSource();
        await using var peer = await StandInForOrdersAsync(two, async (tunnel, request) =>
        {
            if (tunnel < 3)
            {
                await DieAnsweredAsync(request);
                return;
            }
            again.SetResult();
            await RelayToApplicationAsync(two, request);
        });
        using (var client = await two.CallAsync())
        {
            await again.Task.WaitAsync(RecordLog.Patience, TestContext.Current.CancellationToken);
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
            client.End();
            Assert.Empty(await client.ReadAsync(1));
        }
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((ConnectionSecurity.Tunnel, CloseReason.Finished, 5L, 5L), (record.Security, record.CloseReason, record.BytesSent, record.BytesReceived));
    }

    [Fact]
    public async Task A_server_whose_tunnels_all_die_is_not_called_for_ever()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        var tunnels = 0;
        await using var peer = await StandInForOrdersAsync(two, async (tunnel, request) =>
        {
            tunnels = tunnel;
            await DieAnsweredAsync(request);
        });
        using var client = await two.CallAsync();
        Assert.True(await client.IsResetAsync());
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((CloseReason.Reset, ClosedBy.Server, 3), (record.CloseReason, record.ClosedBy, tunnels));
    }

    [Fact]
    public async Task A_tunnel_that_dies_ends_what_it_carried_and_the_next_call_makes_another()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        using var kept = await two.CallAsync();
        Assert.Equal("hello", await kept.ExchangeAsync("hello"));
        await two.Orders.RestartAsync();
        Assert.True(await kept.IsResetAsync());
        await CallAsync(two);
        Assert.Equal([CloseReason.Reset, CloseReason.Finished], (await two.Web.Records.WaitForAsync(2)).Select(r => r.CloseReason));
    }

    [Fact]
    public async Task Only_the_workloads_own_address_and_none_of_the_sidecars_ports_are_reached_through_a_tunnel()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        await using var peer = new TlsPeer(two.Mesh.Web());
        var expected = new (string Asked, string? Destination, CloseReason Reason)[]
        {
            ($"{two.Web.Address}:{TestSidecar.Port}", $"{two.Web.Address}:{TestSidecar.Port}", CloseReason.NotThisWorkload),
            ($"127.0.0.1:{SidecarPorts.Admin}", $"127.0.0.1:{SidecarPorts.Admin}", CloseReason.NotThisWorkload),
            ("orders:8080", null, CloseReason.NotThisWorkload),
            ($"{two.Orders.Address}:0", null, CloseReason.NotThisWorkload),
            ($"{two.Orders.Address}:{SidecarPorts.Admin}", $"{two.Orders.Address}:{SidecarPorts.Admin}", CloseReason.OwnPort),
            ($"{two.Orders.Address}:22", $"{two.Orders.Address}:22", CloseReason.ExcludedPort),
        };
        foreach (var (authority, _, _) in expected)
            Assert.Equal(400, await peer.AskAsync(new IPEndPoint(two.Orders.Address, SidecarPorts.Tunnel), authority));
        var records = await two.Orders.Records.WaitForAsync(expected.Length);
        Assert.Equal(expected.Select(static e => (e.Destination, e.Reason)), records.Select(static r => (r.Destination?.ToString(), r.CloseReason)));
        Assert.All(records, r => Assert.Equal(two.Web.Identity, r.SourceIdentity));
        Assert.Equal(0, two.Application.Connections);
    }

    [Fact]
    public async Task What_capture_leaves_alone_is_not_reached_through_a_tunnel()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true, change: static o => o with { ExcludedInboundPorts = [TestSidecar.Port] });
        await using var peer = new TlsPeer(two.Mesh.Web());
        Assert.Equal(400, await peer.AskAsync(new IPEndPoint(two.Orders.Address, SidecarPorts.Tunnel), $"{two.Orders.Address}:{TestSidecar.Port}"));
        Assert.Equal(CloseReason.ExcludedPort, (await two.Orders.Records.SingleAsync()).CloseReason);
        Assert.Equal(0, two.Application.Connections);
    }

    [Fact]
    public async Task A_new_certificate_means_a_new_tunnel_and_what_lives_in_the_old_one_goes_on()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        using var kept = await two.CallAsync();
        Assert.Equal("hello", await kept.ExchangeAsync("hello"));
        two.Web.Certify();
        await CallAsync(two);
        Assert.Equal(2, await TunnelsIntoOrdersAsync(two));
        Assert.Equal("still here", await kept.ExchangeAsync("still here"));
        kept.End();
        Assert.False(await kept.IsResetAsync());
        await Until.TrueAsync(async () => await TunnelsIntoOrdersAsync(two) == 1, "the old tunnel ends with its last stream");
    }

    [Fact]
    public async Task Draining_takes_no_new_streams_and_lets_the_old_ones_end()
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: true);
        using var kept = await two.CallAsync();
        Assert.Equal("hello", await kept.ExchangeAsync("hello"));
        using var cut = new CancellationTokenSource();
        var drained = two.Orders.Plane.DrainAsync(cut.Token);
        Assert.Equal("still here", await kept.ExchangeAsync("still here"));
        Assert.False(drained.IsCompleted);
        kept.End();
        Assert.False(await kept.IsResetAsync());
        await drained.WaitAsync(RecordLog.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(CloseReason.Finished, (await two.Orders.Records.SingleAsync()).CloseReason);
    }

    private static async Task CallAsync(TwoSidecars two)
    {
        using var client = await two.CallAsync();
        Assert.Equal("hello", await client.ExchangeAsync("hello"));
        client.End();
        Assert.False(await client.IsResetAsync());
    }

    /// <summary>A sidecar of the test's own making that proves itself as that of orders, to which calls to orders are led.</summary>
    private static async Task<TlsPeer> StandInForOrdersAsync(TwoSidecars two, Func<int, TunnelRequest, Task> serve)
    {
        var address = new IPEndPoint(LoopbackAddresses.Next(), SidecarPorts.Tunnel);
        var peer = new TlsPeer(TestMesh.Present(two.Mesh.Leaf(two.Orders.Identity.ToString()).SignedBy(two.Mesh.Intermediate), two.Mesh.Intermediate));
        await peer.ServeTunnelsAsync(address, serve);
        two.Web.Configure(destinations: [new TestDestination(
            TwoSidecars.OrdersService, two.Orders.Endpoint() with { Address = address.Address, TunnelPort = address.Port })]);
        return peer;
    }

    private static async Task RelayToApplicationAsync(TwoSidecars two, TunnelRequest request)
    {
        var application = await TcpConnection.ConnectAsync(request.Loop, two.Application.Address, ConnectOptions.Default);
        await new ByteRelay(request.Accept(), new PlainChannel(application.Connection!), RelayOptions.Default).RunAsync();
    }

    private static async Task DieAnsweredAsync(TunnelRequest request)
    {
        request.Accept();
        // What is answered goes out at the end of the loop's turn.
        await Task.Yield();
        request.Channel.Close();
    }

    /// <summary>Connections that are live at the server and stand for the port of tunnels.</summary>
    private static async Task<int> TunnelsIntoOrdersAsync(TwoSidecars two) =>
        (await two.Orders.Plane.ReadConnectionsAsync(static r => r.Destination?.Port)).Count(static port => port == SidecarPorts.Tunnel);
}
