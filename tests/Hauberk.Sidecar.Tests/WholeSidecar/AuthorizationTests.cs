using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

[Collection("whole sidecars")]
public sealed class AuthorizationTests
{
    [Fact]
    public async Task Who_is_allowed_gets_in_and_the_record_names_the_rule()
    {
        await using var two = await TwoSidecars.StartAsync(Allow("web"));
        using (var client = await two.CallAsync())
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Allow, DecisionReason.AllowRuleMatched, "shop/only-web[0]"), (record.Verdict, record.Reason, record.Rule));
    }

    [Fact]
    public async Task Who_is_not_allowed_is_reset_before_the_application_sees_anything()
    {
        await using var two = await TwoSidecars.StartAsync(Allow("web"));
        await using var rogue = await TestSidecar.StartAsync(two.Mesh, "rogue", [TwoSidecars.OrdersService]);
        rogue.Certify();
        rogue.Configure(destinations: [two.OrdersAt(ServerMode.Permissive)]);
        Assert.True(await TestClient.IsResetAsync(rogue.OutboundFor(TwoSidecars.OrdersService), "hello"u8.ToArray()));
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, DecisionReason.NoAllowRuleMatched, CloseReason.NotAuthorized), (record.Verdict, record.Reason, record.CloseReason));
        Assert.Equal(rogue.Identity, record.SourceIdentity);
        Assert.Equal(0, two.Application.Connections);
        Assert.Equal(Verdict.Allow, (await rogue.Records.SingleAsync()).Verdict);
    }

    [Fact]
    public async Task Who_proves_nothing_is_not_who_is_allowed()
    {
        await using var two = await TwoSidecars.StartAsync(Allow("web"));
        Assert.True(await TestClient.IsResetAsync(two.Orders.Inbound, "hello"u8.ToArray()));
        Assert.Equal((Verdict.Deny, DecisionReason.NoAllowRuleMatched), await two.Orders.Records.SingleAsync() is var r ? (r.Verdict, r.Reason) : default);
        Assert.Equal(0, two.Application.Connections);
    }

    [Fact]
    public async Task A_DENY_rule_is_named()
    {
        await using var two = await TwoSidecars.StartAsync(Policy("no-web", "DENY", "web"));
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "hello"u8.ToArray()));
        Assert.Equal((DecisionReason.DenyRuleMatched, "shop/no-web[0]"), await two.Orders.Records.SingleAsync() is var r ? (r.Reason, r.Rule) : default);
    }

    [Fact]
    public async Task A_peer_of_a_foreign_trust_domain_does_not_come_in_though_its_roots_are_known()
    {
        await using var two = await TwoSidecars.StartAsync();
        var leaf = two.Mesh.Leaf("spiffe://partner.example/ns/shop/sa/web").SignedBy(two.Mesh.PartnerRoot);
        await using var peer = new TlsPeer(new([leaf.Der], leaf.Key));
        await peer.CallAsync(two.Orders.Inbound);
        var record = await two.Orders.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, DecisionReason.PeerTrustDomainUnknown), (record.Verdict, record.Reason));
        Assert.Equal("partner.example", record.SourceIdentity?.TrustDomain.Name);
        Assert.Equal(0, two.Application.Connections);
    }

    [Fact]
    public async Task A_server_outside_the_secure_naming_set_gets_no_byte()
    {
        await using var two = await TwoSidecars.StartAsync();
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive) with { Identities = [SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/other")] }]);
        await AssertRefusedAsync(two, DecisionReason.ServerIdentityNotInService);
        Assert.Equal(two.Orders.Identity, (await two.Web.Records.SingleAsync()).DestinationIdentity);
        Assert.Equal(0, (await two.Orders.Records.SingleAsync()).BytesSent);
    }

    [Fact]
    public async Task An_empty_secure_naming_set_refuses_every_server()
    {
        await using var two = await TwoSidecars.StartAsync();
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive) with { Identities = [] }]);
        await AssertRefusedAsync(two, DecisionReason.NoIdentityKnownForService);
    }

    [Fact]
    public async Task Names_in_a_DestinationRule_replace_the_set()
    {
        await using var two = await TwoSidecars.StartAsync();
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive) with { Rules = Rule("mode: ISTIO_MUTUAL, subjectAltNames: [\"spiffe://cluster.local/ns/shop/sa/other\"]") }]);
        await AssertRefusedAsync(two, DecisionReason.ServerIdentityNotInService);
    }

    private static async Task AssertRefusedAsync(TwoSidecars two, DecisionReason reason)
    {
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        var record = await two.Web.Records.SingleAsync();
        Assert.Equal((Verdict.Deny, reason, CloseReason.NotAuthorized, 0), (record.Verdict, record.Reason, record.CloseReason, record.BytesSent));
    }

    internal static string Allow(string account) => Policy("only-" + account, "ALLOW", account);

    internal static string Policy(string name, string action, string account) =>
        $$"""
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: { name: {{name}}, namespace: shop }
        spec:
          selector: { matchLabels: { app: orders } }
          action: {{action}}
          rules: [ { from: [ { source: { principals: ["cluster.local/ns/shop/sa/{{account}}"] } } ] } ]
        """;

    internal static string Rule(string tls) =>
        $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: orders, namespace: shop }
        spec: { host: orders.shop.svc.cluster.local, trafficPolicy: { tls: { {{tls}} } } }
        """;
}
