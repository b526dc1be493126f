using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;

namespace Hauberk.Policy.Tests.Decision;

/// <summary>Specification 2 and 5.2.</summary>
public sealed class ClientTlsTests
{
    private const string Host = "payments.pay.svc.cluster.local";

    private static readonly ClientTlsFacts Facts = new(Host, "pay", 80, null, false, true, ServerMode.Permissive);

    private static string Rule(string @namespace, string name, string host, string spec) => $$"""
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: {{name}}, namespace: {{@namespace}}}
        spec: {host: "{{host}}", {{spec}}}
        ---

        """;

    private static string Tls(string mode) => $"trafficPolicy: {{tls: {{mode: {mode}}}}}";

    private static CompiledClientPolicy Client(string yaml) =>
        CompiledClientPolicy.Compile(MeshYaml.Read(yaml), MeshYaml.WorkloadIn("shop", "app=orders"));

    private static ClientTls Decide(string yaml, ClientTlsFacts? facts = null) => Client(yaml).DecideTls(facts ?? Facts).Tls;

    [Fact]
    public void Without_a_rule_the_endpoint_decides()
    {
        var client = Client("");
        Assert.Equal(new(ClientTls.MeshMutual, DecisionReason.AutoMutualTls, null, null), client.DecideTls(Facts));
        Assert.Equal(DecisionReason.EndpointWithoutSidecar, client.DecideTls(Facts with { EndpointHasSidecar = false }).Reason);
        Assert.Equal(DecisionReason.ServerModeDisable, client.DecideTls(Facts with { EndpointMode = ServerMode.Disable }).Reason);
        Assert.Equal(DecisionReason.ExternalService, client.DecideTls(Facts with { IsExternal = true }).Reason);
        Assert.Equal(ClientTls.Plaintext, client.DecideTls(Facts with { IsExternal = true }).Tls);
    }

    [Theory]
    [InlineData("DISABLE", ClientTls.Plaintext)]
    [InlineData("SIMPLE", ClientTls.Simple)]
    [InlineData("ISTIO_MUTUAL", ClientTls.MeshMutual)]
    public void A_rule_with_tls_overrides_the_endpoint(string mode, ClientTls expected)
    {
        var yaml = Rule("pay", "r", "payments", Tls(mode));
        Assert.Equal(expected, Decide(yaml));
        Assert.Equal(expected, Decide(yaml, Facts with { EndpointHasSidecar = false, EndpointMode = ServerMode.Disable }));
        Assert.Equal("pay/r", Client(yaml).DecideTls(Facts).Rule);
    }

    [Fact]
    public void A_rule_without_a_tls_block_leaves_it_automatic() =>
        Assert.Equal(ClientTls.MeshMutual, Decide(Rule("pay", "r", "payments", "trafficPolicy: {loadBalancer: {simple: RANDOM}}")));

    [Fact]
    public void The_clients_namespace_goes_before_the_services_and_that_before_the_root()
    {
        var root = Rule("istio-system", "root", "*", Tls("DISABLE"));
        var service = Rule("pay", "service", "*.pay.svc.cluster.local", Tls("SIMPLE"));
        var client = Rule("shop", "client", "*", Tls("ISTIO_MUTUAL"));
        Assert.Equal("istio-system/root", Client(root).DecideTls(Facts).Rule);
        Assert.Equal("pay/service", Client(root + service).DecideTls(Facts).Rule);
        Assert.Equal("shop/client", Client(root + service + client).DecideTls(Facts).Rule);
    }

    [Fact]
    public void In_one_namespace_the_most_specific_host_wins() => Assert.Equal("pay/exact", Client(
        Rule("pay", "any", "*", Tls("DISABLE")) + Rule("pay", "exact", Host, Tls("SIMPLE")) + Rule("pay", "below", "*.svc.cluster.local", Tls("DISABLE")))
        .DecideTls(Facts).Rule);

    [Theory]
    [InlineData(".", false)]
    [InlineData("*", true)]
    [InlineData("shop", true)]
    [InlineData("other", false)]
    public void A_rule_must_be_exported_to_the_client(string to, bool applies) => Assert.Equal(
        applies ? ClientTls.Plaintext : ClientTls.MeshMutual,
        Decide(Rule("pay", "r", "payments", $"exportTo: ['{to}'], {Tls("DISABLE")}")));

    [Fact]
    public void Subset_and_port_settings_take_precedence()
    {
        var yaml = Rule("pay", "r", "payments", """
            trafficPolicy: {tls: {mode: SIMPLE}, portLevelSettings: [{port: {number: 81}, tls: {mode: DISABLE}}, {port: {number: 82}}]}, subsets: [{name: v1, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 83}, tls: {mode: DISABLE}}]}}, {name: v2}]
            """);
        ClientTls At(int port, string? subset = null) => Decide(yaml, Facts with { ServicePort = port, Subset = subset, EndpointMode = ServerMode.Disable });
        Assert.Equal(ClientTls.Simple, At(80));
        Assert.Equal(ClientTls.Plaintext, At(81));
        Assert.Equal(DecisionReason.ServerModeDisable, Client(yaml).DecideTls(Facts with { ServicePort = 82, EndpointMode = ServerMode.Disable }).Reason);
        Assert.Equal(ClientTls.MeshMutual, At(81, "v1"));
        Assert.Equal(ClientTls.Plaintext, At(83, "v1"));
        Assert.Equal(ClientTls.Simple, At(80, "v2"));
        Assert.Equal(ClientTls.Plaintext, At(81, "unknown"));
    }

    [Fact]
    public void Rules_of_one_host_merge_and_the_first_policy_wins()
    {
        var yaml = Rule("pay", "b", Host, "trafficPolicy: {tls: {mode: DISABLE}}, subsets: [{name: v1, trafficPolicy: {tls: {mode: SIMPLE}}}]")
            + Rule("pay", "a", "payments", "subsets: [{name: v2, trafficPolicy: {tls: {mode: SIMPLE}}}]")
            + Rule("pay", "c", "payments", Tls("ISTIO_MUTUAL"));
        Assert.Equal("pay/b", Client(yaml).DecideTls(Facts).Rule);
        Assert.Equal("pay/a", Client(yaml).DecideTls(Facts with { Subset = "v2" }).Rule);
        Assert.Equal("pay/b", Client(yaml).DecideTls(Facts with { Subset = "v1" }).Rule);
    }

    [Fact]
    public void A_rule_that_cannot_be_enforced_sends_nothing() => Assert.Equal(ClientTls.Refused, CompiledClientPolicy.Compile(
        MeshYaml.Read(""), MeshYaml.WorkloadIn("shop"), [new("DestinationRule", "pay", "new", "It cannot be read.")]).DecideTls(Facts).Tls);

    [Fact]
    public void A_server_must_be_in_the_services_set_and_an_empty_set_refuses()
    {
        var mesh = """
            apiVersion: hauberk.dev/v1
            kind: MeshConfig
            metadata: {name: default}
            spec: {trustDomain: td, trustDomainAliases: [old]}
            ---

            """;
        var naming = Client(mesh).NamingOf(Host, "pay", ["spiffe://td/ns/pay/sa/payments"], ["spiffe://partner/web"]);
        bool Accepts(SecureNaming set, string id) => set.Accept(SpiffeId.Parse("spiffe://" + id)).IsAccepted;
        Assert.True(Accepts(naming, "td/ns/pay/sa/payments"));
        Assert.True(Accepts(naming, "old/ns/pay/sa/payments"));
        Assert.True(Accepts(naming, "partner/web"));
        Assert.False(Accepts(naming, "td/ns/pay/sa/other"));
        Assert.Equal(DecisionReason.NoIdentityKnownForService,
            Client(mesh).NamingOf(Host, "pay", [], []).Accept(SpiffeId.Parse("spiffe://td/ns/pay/sa/payments")).Reason);

        var replaced = Client(mesh + Rule("pay", "r", "payments", "trafficPolicy: {tls: {mode: ISTIO_MUTUAL, subjectAltNames: ['spiffe://td/x']}}"))
            .NamingOf(Host, "pay", ["spiffe://td/ns/pay/sa/payments"], []);
        Assert.True(Accepts(replaced, "td/x"));
        Assert.False(Accepts(replaced, "td/ns/pay/sa/payments"));
    }

    [Fact]
    public void Endpoints_come_with_identity_ports_and_mode()
    {
        var destination = new EndpointResolution(MeshYaml.Read("""
            apiVersion: v1
            kind: Service
            metadata: {name: payments, namespace: pay, annotations: {alpha.istio.io/kubernetes-serviceaccounts: "batch"}}
            spec:
              selector: {app: payments}
              ports: [{name: http, port: 80, targetPort: web}, {name: tcp-x, port: 81, targetPort: 9000}, {name: dns, port: 53, protocol: UDP}]
            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: p1, namespace: pay}
            spec: {address: 10.0.0.1, labels: {app: payments}, serviceAccount: payments, ports: {web: 8080}}
            ---
            apiVersion: networking.istio.io/v1
            kind: WorkloadEntry
            metadata: {name: p2, namespace: pay}
            spec: {address: 10.0.0.2, labels: {app: payments}}
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: default, namespace: pay}
            spec: {selector: {matchLabels: {app: payments}}, mtls: {mode: STRICT}, portLevelMtls: {9000: {mode: DISABLE}}}
            """)).ForHost("payments.pay", "shop")!;
        Assert.Equal(Host, destination.Host);
        Assert.Equal([(80, DeclaredProtocol.Http), (81, DeclaredProtocol.Tcp)], destination.Ports.Select(p => (p.Number, p.Protocol)));
        Assert.Equal(["spiffe://cluster.local/ns/pay/sa/batch"], destination.ExtraIdentities);
        var (first, second) = (destination.Endpoints[0], destination.Endpoints[1]);
        Assert.Equal("spiffe://cluster.local/ns/pay/sa/payments", first.Identity!.ToString());
        Assert.Equal([(80, 8080), (81, 9000)], first.WorkloadPorts.Select(p => (p.Key, p.Value)));
        Assert.Equal((ServerMode.Strict, ServerMode.Disable), (first.ModeOf(8080), first.ModeOf(9000)));
        Assert.True(first.HasSidecar);
        Assert.Equal((false, null), (second.HasSidecar, second.Identity));
        Assert.Equal([(81, 9000)], second.WorkloadPorts.Select(p => (p.Key, p.Value)));
    }
}
