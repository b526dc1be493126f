using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Tests.Decision;

namespace Hauberk.Policy.Tests.Explanation;

public sealed class ConnectionExplanationTests
{
    private const string Shop = """
        apiVersion: v1
        kind: Service
        metadata: {name: payments, namespace: pay}
        spec: {selector: {app: payments}, ports: [{name: tcp-pay, port: 80, targetPort: 8080}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: p1, namespace: pay}
        spec: {address: 10.0.0.1, labels: {app: payments}, serviceAccount: payments}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: strict, namespace: pay}
        spec: {mtls: {mode: STRICT}}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: orders-only, namespace: pay}
        spec: {rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/orders], ipBlocks: [0.0.0.0/32]}}, {source: {namespaces: [ops]}}]}]}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: other, namespace: pay}
        spec: {selector: {matchLabels: {app: other}}}

        """;

    private static EndpointExplanation Explain(ExplainedClient from, string more = "") =>
        Assert.Single(ConnectionExplanation.Explain(MeshYaml.Read(Shop + "---\n" + more), from, "payments.pay", 80).Endpoints);

    private static ExplainedClient As(string identity) => ExplainedClient.OfIdentity(SpiffeId.Parse("spiffe://cluster.local/" + identity));

    [Fact]
    public void A_call_that_is_allowed_names_mode_and_rule()
    {
        var explanation = Explain(As("ns/shop/sa/orders"));
        Assert.True(explanation.Succeeds && explanation.IsMutualTls);
        Assert.Equal("pay/orders-only[0]", explanation.Authorization!.Decision.Rule!.ToString());
        Assert.Equal("""
            The client sends mutual TLS of the mesh: the endpoint has a sidecar that takes mTLS.
            Port 8080 of the server is STRICT by pay/strict (namespace) and declared tcp.
            The server ends the TLS and demands an identity of the mesh.
            The client accepts the server: the server's identity is one of the service's.
            Allowed: an ALLOW rule matched (pay/orders-only[0]).
            The connection succeeds, with mutual TLS.
            """.ReplaceLineEndings("\n"), string.Join('\n', explanation.Sentences));
    }

    [Theory]
    [InlineData("{port: 80, targetPort: 8080}", "undeclared")]
    [InlineData("{port: 3306, targetPort: 8080}", "undeclared; port 3306 is known to speak tcp")]
    [InlineData("{port: 3306, targetPort: 8080, appProtocol: mysql}", "declared mysql")]
    [InlineData("{name: tcp-db, port: 3306, targetPort: 8080}", "declared tcp")]
    public void A_port_is_declared_only_where_something_says_so(string port, string said)
    {
        var mesh = MeshYaml.Read(Shop.Replace("{name: tcp-pay, port: 80, targetPort: 8080}", port, StringComparison.Ordinal));
        var number = port.Contains("3306", StringComparison.Ordinal) ? 3306 : 80;
        var endpoint = Assert.Single(ConnectionExplanation.Explain(mesh, As("ns/shop/sa/orders"), "payments.pay", number).Endpoints);
        Assert.Contains($"Port 8080 of the server is STRICT by pay/strict (namespace) and {said}.", endpoint.Sentences);
    }

    [Fact]
    public void A_denial_names_the_field_that_came_closest_and_the_value_seen()
    {
        var explanation = Explain(As("ns/shop/sa/rogue"));
        Assert.False(explanation.Succeeds);
        var policies = explanation.Authorization!.Policies;
        Assert.Equal([("pay/orders-only", PolicyOutcome.NotMatched), ("pay/other", PolicyOutcome.NotSelected)], policies.Select(p => (p.Policy, p.Outcome)));
        var miss = policies[0].Rules[0].Miss!;
        Assert.Equal(("from[0].source.principals", "cluster.local/ns/shop/sa/rogue"), (miss.Field, miss.Seen));
        Assert.Contains("from[0].source.principals wants cluster.local/ns/shop/sa/orders, and it was cluster.local/ns/shop/sa/rogue",
            string.Join(' ', explanation.Sentences), StringComparison.Ordinal);
        Assert.Equal("Its selector wants the label app=other, the workload has app=payments.", policies[1].Why);
    }

    [Fact]
    public void The_near_miss_is_of_the_alternative_that_came_furthest()
    {
        var set = MeshYaml.Read(Shop);
        var explanation = AuthorizationExplanation.OfConnection(
            set, MeshYaml.Payments, CompiledWorkloadPolicy.Compile(set, MeshYaml.Payments),
            MeshYaml.Connection("cluster.local/ns/shop/sa/orders", source: "10.1.1.1"));
        Assert.Equal(("from[0].source.ipBlocks", "10.1.1.1"), (explanation.Policies[0].Rules[0].Miss!.Field, explanation.Policies[0].Rules[0].Miss!.Seen));
    }

    [Fact]
    public void A_client_without_a_sidecar_sends_plaintext_and_strict_refuses_it()
    {
        var explanation = Explain(ExplainedClient.OfAddress(IPAddress.Parse("10.9.9.9")));
        Assert.Equal((ClientTls.Plaintext, false), (explanation.ClientTls.Tls, explanation.Succeeds));
        Assert.Equal(DecisionReason.PlaintextUnderStrict, explanation.Handling!.Value.Reason);
        Assert.Null(explanation.Authorization);
    }

    [Fact]
    public void A_destination_rule_that_contradicts_the_server_makes_the_call_fail()
    {
        var explanation = Explain(As("ns/shop/sa/orders"), """
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: plain, namespace: pay}
            spec: {host: payments, trafficPolicy: {tls: {mode: DISABLE}}}
            """);
        Assert.False(explanation.Succeeds);
        Assert.Equal(("pay/plain", DecisionReason.PlaintextUnderStrict), (explanation.ClientTls.Rule, explanation.Handling!.Value.Reason));
    }

    [Fact]
    public void A_call_to_a_workloads_own_address_is_explained_too()
    {
        var set = MeshYaml.Read(Shop);
        var to = new Workload { Namespace = "pay", Labels = MeshYaml.Payments.Labels, ServiceAccount = "payments", Addresses = ["10.0.0.1"] };
        var explanation = ConnectionExplanation.Explain(set, As("ns/ops/sa/x"), to, 8080).Endpoints[0];
        Assert.True(explanation.Succeeds && explanation.IsMutualTls);
    }

    [Fact]
    public void An_unknown_host_has_no_endpoints_and_is_outside() =>
        Assert.Equal((true, 0), (ConnectionExplanation.Explain(MeshYaml.Read(Shop), As("ns/a/sa/b"), "example.com", 443) is var e && e.IsExternal, e.Endpoints.Length));

    [Fact]
    public void A_rule_dropped_on_tcp_says_so()
    {
        var set = MeshYaml.Read(MeshYaml.Policy("{to: [{operation: {paths: [/a]}}]}"));
        var explanation = AuthorizationExplanation.OfConnection(
            set, MeshYaml.Payments, CompiledWorkloadPolicy.Compile(set, MeshYaml.Payments), MeshYaml.Connection());
        Assert.Equal(RuleOutcome.DroppedOnTcp, explanation.Policies[0].Rules[0].Outcome);
        Assert.Equal(DecisionReason.NoAllowRuleMatched, explanation.Decision.Reason);
    }

    [Fact]
    public void Every_reason_has_a_sentence() =>
        Assert.All(Enum.GetValues<DecisionReason>(), reason => Assert.NotEmpty(DecisionSentence.Of(reason)));
}
