using System.Net;
using System.Net.Sockets;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>A change cuts the live connections that lost their permission, and no other.</summary>
[Collection("whole sidecars")]
public sealed class PolicyChangeTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task STRICT_cuts_plaintext_and_leaves_mutual_TLS_alone(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: tunnels);
        using var proven = await CallAsync(two.CallAsync);
        using var legacy = await CallAsync(two.CallDirectlyAsync);
        two.Orders.Configure(InboundMatrixTests.Policies("STRICT", ""));
        Assert.True(await legacy.IsResetAsync());
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, DecisionReason.PlaintextUnderStrict, CloseReason.PermissionLost, ClosedBy.Sidecar),
            (record.Verdict, record.Reason, record.CloseReason, record.ClosedBy));
        Assert.Equal("still here", await proven.ExchangeAsync("still here"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_AuthorizationPolicy_cuts_whom_it_denies(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: tunnels);
        await using var rogue = await TestSidecar.StartAsync(two.Mesh, "rogue", [TwoSidecars.OrdersService]);
        rogue.Certify();
        rogue.Configure(destinations: [two.OrdersAt(ServerMode.Permissive)]);
        using var good = await CallAsync(two.CallAsync);
        using var bad = await CallAsync(() => TestClient.ConnectAsync(rogue.OutboundFor(TwoSidecars.OrdersService)));
        two.Orders.Configure(AuthorizationTests.Policy("no-rogue", "DENY", "rogue"));
        Assert.True(await bad.IsResetAsync());
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((rogue.Identity, DecisionReason.DenyRuleMatched, "shop/no-rogue[0]"), (record.SourceIdentity, record.Reason, record.Rule));
        Assert.Equal("still here", await good.ExchangeAsync("still here"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_root_that_is_taken_out_of_the_bundle_takes_its_peers_with_it_on_both_sides(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: tunnels);
        using var client = await CallAsync(two.CallAsync);
        var other = TrustBundleSet.Of(TestMesh.Bundle("cluster.local", two.Mesh.PartnerRoot));
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive)], bundles: other);
        Assert.True(await client.IsResetAsync());
        var sent = await two.Web.Records.SingleAsync();
        Assert.Equal((CloseReason.PermissionLost, IdentityProblemCode.UntrustedRoot), (sent.CloseReason, sent.Problem?.Code));
        using var again = await TestClient.ConnectAsync(two.Orders.Inbound);
        Assert.Equal("hello", await again.ExchangeAsync("hello"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_the_bundle_no_longer_vouches_for_is_cut_inbound(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: tunnels);
        using var client = await CallAsync(two.CallAsync);
        two.Orders.Configure(bundles: TrustBundleSet.Of(TestMesh.Bundle("cluster.local", two.Mesh.PartnerRoot)));
        Assert.True(await client.IsResetAsync());
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((CloseReason.PermissionLost, IdentityProblemCode.UntrustedRoot), (record.CloseReason, record.Problem?.Code));
    }

    [Fact]
    public async Task A_client_whose_root_goes_in_the_middle_of_its_handshake_is_refused()
    {
        await using var two = await TwoSidecars.StartAsync();
        await using var held = new HeldBackHandshake(two.Orders.Inbound);
        await using var peer = new TlsPeer(two.Mesh.Web());
        var calling = peer.CallAsync(held.Address);
        await held.Waiting;
        // The sidecar has one loop: when it has served this client, it has judged the certificate of the one that waits.
        using (var client = await CallAsync(two.CallAsync))
            client.Reset();
        await two.Orders.Records.WaitForAsync(1);
        two.Orders.Configure(bundles: TrustBundleSet.Of(TestMesh.Bundle("cluster.local", two.Mesh.PartnerRoot)));
        held.LetGo();
        var record = (await two.Orders.Records.WaitForAsync(2))[1];
        Assert.Equal((Verdict.Deny, CloseReason.PeerCertificateRefused, IdentityProblemCode.UntrustedRoot), (record.Verdict, record.CloseReason, record.Problem?.Code));
        await calling;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_root_that_is_taken_out_ends_also_what_goes_to_a_destination_that_is_gone(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: tunnels);
        using var client = await CallAsync(two.CallAsync);
        two.Web.Configure(bundles: TrustBundleSet.Of(TestMesh.Bundle("cluster.local", two.Mesh.PartnerRoot)));
        Assert.True(await client.IsResetAsync());
        Assert.Equal(CloseReason.PermissionLost, (await two.Web.Records.SingleAsync()).CloseReason);
    }

    [Fact]
    public async Task Plaintext_that_is_forbidden_while_its_connection_is_being_made_is_never_sent()
    {
        await using var two = await TwoSidecars.StartAsync();
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(LoopbackAddresses.Next(), TestSidecar.Port));
        server.Listen(0);
        // A full backlog: the next connection waits for an answer.
        using var first = await TestClient.ConnectAsync((IPEndPoint)server.LocalEndPoint!);
        var endpoint = two.Orders.Endpoint(ServerMode.Disable) with { Address = ((IPEndPoint)server.LocalEndPoint!).Address };
        two.Web.Configure(destinations: [new TestDestination(TwoSidecars.OrdersService, endpoint)]);
        using var client = await two.CallAsync();
        await client.SendAsync("secret");
        while (!(await two.Web.Plane.ReadConnectionsAsync(static r => r.Upstream)).Contains((IPEndPoint)server.LocalEndPoint!))
            await Task.Yield();
        two.Web.Configure(destinations: [new TestDestination(TwoSidecars.OrdersService, endpoint with { DefaultServerMode = ServerMode.Strict })]);
        Assert.True(await client.IsResetAsync());
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, CloseReason.PermissionLost), (record.Verdict, record.CloseReason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_leaves_the_secure_naming_set_is_cut_outbound(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: tunnels);
        using var client = await CallAsync(two.CallAsync);
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive) with { Identities = [SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/other")] }]);
        Assert.True(await client.IsResetAsync());
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((CloseReason.PermissionLost, DecisionReason.ServerIdentityNotInService), (record.CloseReason, record.Reason));
    }

    [Fact]
    public async Task Plaintext_that_a_DestinationRule_forbids_by_now_is_cut_outbound()
    {
        await using var two = await TwoSidecars.StartAsync(mode: ServerMode.Disable);
        using var client = await CallAsync(two.CallAsync);
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Disable) with { Rules = AuthorizationTests.Rule("mode: ISTIO_MUTUAL") }]);
        Assert.True(await client.IsResetAsync());
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((CloseReason.PermissionLost, DecisionReason.DestinationRuleTls, "shop/orders"), (record.CloseReason, record.Reason, record.Rule));
    }

    [Fact]
    public async Task Plaintext_that_would_be_mutual_TLS_if_it_began_now_goes_on_while_the_server_takes_it()
    {
        await using var two = await TwoSidecars.StartAsync(mode: ServerMode.Disable);
        using var client = await CallAsync(two.CallAsync);
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive)]);
        using var next = await CallAsync(two.CallAsync);
        Assert.Equal("still here", await client.ExchangeAsync("still here"));
        Assert.Empty(two.Web.Records.All);
    }

    [Fact]
    public async Task A_change_that_concerns_nobody_cuts_nobody()
    {
        await using var two = await TwoSidecars.StartAsync(loops: 2);
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => CallAsync(two.CallAsync)));
        for (var i = 0; i < 20; i++)
        {
            two.Orders.Configure(AuthorizationTests.Policy($"no-{i}", "DENY", "nobody"));
            two.Web.Configure(destinations: [two.OrdersAt(i % 2 == 0 ? ServerMode.Strict : ServerMode.Permissive)]);
        }
        foreach (var client in clients)
        {
            Assert.Equal("still here", await client.ExchangeAsync("still here"));
            client.Dispose();
        }
    }

    private static async Task<TestClient> CallAsync(Func<Task<TestClient>> call)
    {
        var client = await call();
        Assert.Equal("hello", await client.ExchangeAsync("hello"));
        return client;
    }
}
