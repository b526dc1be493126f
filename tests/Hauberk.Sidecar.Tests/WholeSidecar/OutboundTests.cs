using System.Net;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

[Collection("whole sidecars")]
public sealed class OutboundTests
{
    [Fact]
    public async Task A_sidecar_that_was_never_configured_refuses_both_ways()
    {
        var mesh = new TestMesh(TimeProvider.System.GetUtcNow());
        await using var sidecar = await TestSidecar.StartAsync(mesh, "web", [TwoSidecars.OrdersService]);
        sidecar.Certify();
        Assert.True(await TestClient.IsResetAsync(sidecar.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        Assert.True(await TestClient.IsResetAsync(sidecar.Inbound, "hello"u8.ToArray()));
        Assert.All(await sidecar.Records.WaitForAsync(2), r => Assert.Equal((Verdict.Deny, CloseReason.NoConfiguration), (r.Verdict, r.CloseReason)));
    }

    [Fact]
    public async Task A_meshed_address_without_details_is_refused_and_what_is_known_goes_on()
    {
        await using var two = await TwoSidecars.StartAsync();
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive) with { WithoutDetails = true }]);
        await AssertRefusedAsync(two, CloseReason.DetailsUnavailable);
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive)]);
        using var client = await two.CallAsync();
        Assert.Equal("hello", await client.ExchangeAsync("hello"));
    }

    [Fact]
    public async Task A_service_without_endpoints_is_refused()
    {
        await using var two = await TwoSidecars.StartAsync();
        two.Web.Configure(destinations: [new TestDestination(TwoSidecars.OrdersService)]);
        await AssertRefusedAsync(two, CloseReason.NoEndpoint);
    }

    [Fact]
    public async Task A_port_that_the_service_does_not_declare_is_refused()
    {
        await using var two = await TwoSidecars.StartAsync();
        two.Web.Configure(destinations: [new TestDestination(new IPEndPoint(TwoSidecars.OrdersService.Address, 81), two.Orders.Endpoint())]);
        await AssertRefusedAsync(two, CloseReason.DestinationPortUnknown);
    }

    [Fact]
    public async Task TLS_of_a_DestinationRule_that_is_not_supported_is_refused_and_never_plaintext()
    {
        await using var two = await TwoSidecars.StartAsync();
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive) with { Rules = AuthorizationTests.Rule("mode: SIMPLE") }]);
        await AssertRefusedAsync(two, CloseReason.TlsModeNotSupported);
        Assert.Equal("shop/orders", (await two.Web.Records.SingleAsync()).Rule);
        Assert.Empty(two.Orders.Records.All);
    }

    [Theory]
    [InlineData(ServerMode.Disable, DecisionReason.ServerModeDisable)]
    [InlineData(ServerMode.Permissive, DecisionReason.DestinationRuleTls)]
    public async Task Plaintext_is_sent_where_policy_says_so(ServerMode mode, DecisionReason reason)
    {
        await using var two = await TwoSidecars.StartAsync();
        var rules = reason == DecisionReason.DestinationRuleTls ? AuthorizationTests.Rule("mode: DISABLE") : "";
        two.Web.Configure(destinations: [two.OrdersAt(mode) with { Rules = rules }]);
        using (var client = await two.CallAsync())
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((ConnectionSecurity.Plaintext, Verdict.Allow, reason), (record.Security, record.Verdict, record.Reason));
        Assert.Equal(ConnectionSecurity.Plaintext, (await two.Orders.Records.SingleAsync()).Security);
    }

    [Fact]
    public async Task What_the_mesh_does_not_know_goes_on_as_it_was_sent()
    {
        var outside = new IPEndPoint(LoopbackAddresses.Next(), 9000);
        await using var application = TestApplication.Start(outside, TestApplication.EchoAsync);
        var mesh = new TestMesh(TimeProvider.System.GetUtcNow());
        await using var sidecar = await TestSidecar.StartAsync(mesh, "web", [outside]);
        sidecar.Configure();
        using (var client = await TestClient.ConnectAsync(sidecar.OutboundFor(outside)))
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
        var record = await sidecar.Records.SingleAsync();
        Assert.Equal((ConnectionSecurity.Passthrough, Verdict.Allow, DecisionReason.ExternalService), (record.Security, record.Verdict, record.Reason));
    }

    [Fact]
    public async Task An_endpoint_that_refuses_is_passed_over_for_one_that_answers()
    {
        await using var two = await TwoSidecars.StartAsync();
        var dead = two.Orders.Endpoint() with { Address = LoopbackAddresses.Next(), Workload = "dead" };
        two.Web.Configure(destinations: [new TestDestination(TwoSidecars.OrdersService, dead, two.Orders.Endpoint())]);
        for (var i = 0; i < 10; i++)
        {
            using var client = await two.CallAsync();
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
        }
        Assert.All(await two.Web.Records.WaitForAsync(10), r => Assert.Equal(two.Orders.Inbound, r.Upstream));
    }

    [Fact]
    public async Task Where_no_endpoint_answers_the_application_sees_a_reset()
    {
        await using var two = await TwoSidecars.StartAsync();
        var dead = two.Orders.Endpoint() with { Address = LoopbackAddresses.Next() };
        two.Web.Configure(destinations: [new TestDestination(TwoSidecars.OrdersService, dead)]);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        // Nobody forbade it: it failed.
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((Verdict.Allow, CloseReason.ConnectRefused, ClosedBy.Server), (record.Verdict, record.CloseReason, record.ClosedBy));
    }

    [Fact]
    public async Task A_workload_that_calls_itself_reaches_its_own_program()
    {
        await using var two = await TwoSidecars.StartAsync();
        // Capture leaves the sidecar's own calls alone, so they reach the program; here its inbound listener stands in for that.
        await using var program = TestApplication.Start(new IPEndPoint(two.Web.ApplicationAddress, TestSidecar.Port), TestApplication.EchoAsync);
        two.Web.Configure(destinations: [new TestDestination(TwoSidecars.OrdersService, two.Web.Endpoint())]);
        using (var client = await two.CallAsync())
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
        var records = await two.Web.Records.WaitForAsync(2);
        Assert.Contains(records, r => r is { Direction: ConnectionDirection.Outbound, Reason: DecisionReason.OwnWorkload, Security: ConnectionSecurity.Plaintext });
    }

    [Fact]
    public async Task An_own_address_that_this_host_does_not_have_is_not_called_in_the_clear()
    {
        await using var two = await TwoSidecars.StartAsync();
        var elsewhere = IPAddress.Parse("192.0.2.1");
        two.Web.Configure(destinations: [new TestDestination(TwoSidecars.OrdersService, two.Web.Endpoint() with { Address = elsewhere })]);
        var snapshot = two.Web.Snapshots.Current!;
        two.Web.Snapshots.Swap(snapshot with { Workload = snapshot.Workload with { Addresses = [elsewhere.ToString()] } });
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((DecisionReason.OwnWorkload, CloseReason.ConnectFailed), (record.Reason, record.CloseReason));
        Assert.StartsWith("bind", record.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_reaches_the_sidecar_itself_through_it()
    {
        var mesh = new TestMesh(TimeProvider.System.GetUtcNow());
        var own = new IPEndPoint(IPAddress.Loopback, SidecarPorts.Admin);
        await using var sidecar = await TestSidecar.StartAsync(mesh, "web", [own], o => o with
        {
            Inbound = [.. o.Inbound, new ListenAddress(new IPEndPoint(o.Inbound[0].Address.Address, 8082), own), new ListenAddress(new IPEndPoint(o.Inbound[0].Address.Address, 8083))],
        });
        sidecar.Configure();
        Assert.True(await TestClient.IsResetAsync(sidecar.OutboundFor(own), "hello"u8.ToArray()));
        Assert.True(await TestClient.IsResetAsync(new IPEndPoint(sidecar.Address, 8082), "hello"u8.ToArray()));
        Assert.True(await TestClient.IsResetAsync(new IPEndPoint(sidecar.Address, 8083), "hello"u8.ToArray()));
        Assert.All(await sidecar.Records.WaitForAsync(3), r => Assert.Equal((Verdict.Deny, CloseReason.OwnPort), (r.Verdict, r.CloseReason)));
    }

    private static async Task AssertRefusedAsync(TwoSidecars two, CloseReason reason)
    {
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, reason, 0), (record.Verdict, record.CloseReason, record.BytesSent));
    }
}
