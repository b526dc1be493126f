using Hauberk.Identity;
using Hauberk.Policy.Decision;

namespace Hauberk.Policy.Tests.Decision;

/// <summary>Layer 4: the order of 3.2, the fields of 3.5 to 3.7, the TCP form of 3.8.</summary>
public sealed class AuthorizationTests
{
    private const string Orders = "cluster.local/ns/shop/sa/orders";

    private static AuthorizationDecision Decide(string yaml, ConnectionFacts facts) =>
        CompiledWorkloadPolicy.Compile(MeshYaml.Read(yaml), MeshYaml.Payments).Authorize(facts);

    private static bool Allows(string rule, ConnectionFacts facts) => Decide(MeshYaml.Policy(rule), facts).IsAllowed;

    private static string From(string source) => $"{{from: [{{source: {{{source}}}}}]}}";

    [Fact]
    public void Deny_wins_then_allow_then_the_default()
    {
        var allow = MeshYaml.Policy(From($"principals: [{Orders}]"), name: "allow");
        var deny = MeshYaml.Policy(From("ipBlocks: [10.9.0.0/16]"), "DENY", "deny");
        AuthorizationDecision With(string yaml, string? peer, string source = "10.0.0.9") => Decide(yaml, MeshYaml.Connection(peer, source: source));

        Assert.Equal(new(Verdict.Allow, DecisionReason.NoAllowPolicy, null), With("", null));
        Assert.Equal(new(Verdict.Allow, DecisionReason.NoAllowPolicy, null), With(deny, null));
        Assert.Equal((Verdict.Deny, "pay/deny[0]"), (With(deny, null, "10.9.1.1").Verdict, With(deny, null, "10.9.1.1").Rule!.ToString()));
        Assert.Equal((Verdict.Allow, "pay/allow[0]"), (With(allow, Orders).Verdict, With(allow, Orders).Rule!.ToString()));
        Assert.Equal(new(Verdict.Deny, DecisionReason.NoAllowRuleMatched, null), With(allow, null));
        Assert.Equal(DecisionReason.DenyRuleMatched, With(allow + deny, Orders, "10.9.1.1").Reason);
    }

    [Theory]
    [InlineData("principals: [cluster.local/ns/shop/sa/orders]", true)]
    [InlineData("principals: [cluster.local/ns/shop/*]", true)]
    [InlineData("principals: ['*/sa/orders']", true)]
    [InlineData("principals: ['*']", true)]
    [InlineData("principals: [spiffe://cluster.local/ns/shop/sa/orders]", false)]
    [InlineData("principals: ['*shop*']", false)]
    [InlineData("notPrincipals: ['*']", false)]
    [InlineData("namespaces: [shop]", true)]
    [InlineData("namespaces: [sho]", false)]
    [InlineData("namespaces: ['s*p']", true)]
    [InlineData("namespaces: ['*']", true)]
    [InlineData("notNamespaces: [shop]", false)]
    [InlineData("serviceAccounts: [shop/orders]", true)]
    [InlineData("serviceAccounts: [orders]", false)]
    [InlineData("notServiceAccounts: [shop/orders]", false)]
    [InlineData("ipBlocks: [10.0.0.0/8]", true)]
    [InlineData("ipBlocks: [10.0.0.9]", true)]
    [InlineData("ipBlocks: ['::/0']", false)]
    [InlineData("remoteIpBlocks: [10.0.0.9/32]", true)]
    [InlineData("principals: ['*'], notNamespaces: [shop]", false)]
    public void Source_fields_match_the_peer(string source, bool allowed) =>
        Assert.Equal(allowed, Allows(From(source), MeshYaml.Connection(Orders)));

    [Theory]
    [InlineData("principals: ['*']", false)]
    [InlineData("namespaces: ['*']", false)]
    [InlineData("serviceAccounts: [shop/orders]", false)]
    [InlineData("notPrincipals: ['*']", true)]
    [InlineData("notNamespaces: ['*']", true)]
    [InlineData("notServiceAccounts: [shop/orders]", true)]
    public void Plaintext_matches_no_identity_field_and_every_negated_one(string source, bool allowed) =>
        Assert.Equal(allowed, Allows(From(source), MeshYaml.Connection()));

    [Theory]
    [InlineData("cluster.local/ns/shop/sa/orders/pod/7", true)]
    [InlineData("other.org/region/eu/ns/shop/team/a/sa/orders", true)]
    [InlineData("cluster.local/ns/shop/sa/orders2", false)]
    [InlineData("cluster.local/ns/shop2/sa/orders", false)]
    public void Service_accounts_tolerate_further_segments(string peer, bool allowed) =>
        Assert.Equal(allowed, Allows(From("serviceAccounts: [shop/orders]"), MeshYaml.Connection(peer)));

    [Fact]
    public void A_service_account_without_namespace_is_of_the_policys_own() =>
        Assert.True(Allows(From("serviceAccounts: [orders]"), MeshYaml.Connection("cluster.local/ns/pay/sa/orders")));

    [Theory]
    [InlineData("{key: source.namespace, values: [shop]}", true)]
    [InlineData("{key: source.principal, notValues: ['*']}", false)]
    [InlineData("{key: destination.port, values: ['8080']}", true)]
    [InlineData("{key: destination.ip, values: [10.0.0.1]}", true)]
    [InlineData("{key: connection.sni, values: ['*.example.com']}", true)]
    [InlineData("{key: connection.sni, values: ['*'], notValues: [a.example.com]}", false)]
    [InlineData("{key: source.trustDomain, values: [cluster.local]}", true)]
    [InlineData("{key: source.serviceAccount, values: [shop/orders]}", true)]
    public void Conditions_match_the_connection(string condition, bool allowed) =>
        Assert.Equal(allowed, Allows($"{{when: [{condition}]}}", MeshYaml.Connection(Orders, sni: "a.example.com")));

    [Theory]
    [InlineData("", true)]
    [InlineData("{}", true)]
    [InlineData("{to: [{operation: {ports: ['9090']}}]}", false)]
    [InlineData("{to: [{operation: {notPorts: ['9090']}}]}", true)]
    public void An_empty_rule_matches_everything_and_no_rule_nothing(string rule, bool matches)
    {
        if (rule.Length == 0)
            Assert.Equal(DecisionReason.NoAllowRuleMatched, Decide(MeshYaml.Policy(""), MeshYaml.Connection()).Reason);
        else
            Assert.Equal(matches, Allows(rule, MeshYaml.Connection()));
    }

    [Theory]
    [InlineData("hosts: [a]")]
    [InlineData("notHosts: [a]")]
    [InlineData("methods: [GET]")]
    [InlineData("notMethods: [GET]")]
    [InlineData("paths: [/a]")]
    [InlineData("notPaths: [/a]")]
    public void On_tcp_an_allow_rule_with_an_http_field_goes_and_a_deny_rule_gets_wider(string field)
    {
        var rule = $"{{to: [{{operation: {{ports: ['8080'], {field}}}}}]}}";
        Assert.Equal(DecisionReason.NoAllowRuleMatched, Decide(MeshYaml.Policy(rule), MeshYaml.Connection()).Reason);
        Assert.Equal(DecisionReason.DenyRuleMatched, Decide(MeshYaml.Policy(rule, "DENY"), MeshYaml.Connection()).Reason);
        Assert.Equal(DecisionReason.NoAllowPolicy, Decide(MeshYaml.Policy(rule, "DENY"), MeshYaml.Connection(port: 9090)).Reason);
        Assert.Equal(DecisionReason.DenyRuleMatched,
            Decide(MeshYaml.Policy($"{{to: [{{operation: {{{field}}}}}]}}", "DENY"), MeshYaml.Connection(port: 1)).Reason);
    }

    [Fact]
    public void Custom_denies_what_it_matches_and_audit_changes_nothing()
    {
        Assert.Equal(DecisionReason.CustomRuleMatched, Decide($$"""
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: ask, namespace: pay}
            spec: {action: CUSTOM, provider: {name: ext}, rules: [{}]}
            """, MeshYaml.Connection()).Reason);
        var audited = Decide(MeshYaml.Policy("{}", "AUDIT"), MeshYaml.Connection());
        Assert.Equal((DecisionReason.NoAllowPolicy, "pay/rule[0]"), (audited.Reason, audited.AuditedBy!.ToString()));
    }

    [Fact]
    public void Dry_run_gives_a_shadow_verdict_and_enforces_nothing()
    {
        static string DryRun(string action) => $$"""
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: {{action.ToLowerInvariant()}}, namespace: pay, annotations: {istio.io/dry-run: "true"} }
            spec: {action: {{action}}, rules: [{from: [{source: {principals: ["{{Orders}}"] } }] }] }
            ---

            """;
        var decision = Decide(DryRun("ALLOW") + DryRun("DENY"), MeshYaml.Connection(Orders));
        Assert.Equal(DecisionReason.NoAllowPolicy, decision.Reason);
        Assert.Equal(Verdict.Allow, decision.ShadowAllow!.Value.Verdict);
        Assert.Equal("pay/deny[0]", decision.ShadowDeny!.Value.Rule!.ToString());
        Assert.Equal(new ShadowVerdict(Verdict.Deny, null), Decide(DryRun("ALLOW"), MeshYaml.Connection()).ShadowAllow);
    }

    [Fact]
    public void A_mesh_may_deny_by_default() => Assert.Equal(DecisionReason.DeniedByDefault, Decide("""
        apiVersion: hauberk.dev/v1
        kind: MeshConfig
        metadata: {name: default}
        spec: {defaultAuthorization: Deny}
        """, MeshYaml.Connection()).Reason);

    [Fact]
    public void Root_policies_select_in_every_namespace_and_others_at_home()
    {
        static string In(string ns, string app) => $$"""
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: {{ns}}}
            spec: {selector: {matchLabels: {app: {{app}} } } }
            """;
        Assert.False(Decide(In("istio-system", "payments"), MeshYaml.Connection()).IsAllowed);
        Assert.False(Decide(In("pay", "payments"), MeshYaml.Connection()).IsAllowed);
        Assert.True(Decide(In("pay", "other"), MeshYaml.Connection()).IsAllowed);
        Assert.True(Decide(In("shop", "payments"), MeshYaml.Connection()).IsAllowed);
    }

    [Fact]
    public void Rules_in_a_trust_domain_of_the_mesh_hold_in_all_of_them()
    {
        const string Mesh = """
            apiVersion: hauberk.dev/v1
            kind: MeshConfig
            metadata: {name: default}
            spec: {trustDomain: new-td, trustDomainAliases: [old-td]}
            ---

            """;
        bool Allowed(string principal, string peer) =>
            Decide(Mesh + MeshYaml.Policy(From($"principals: ['{principal}']")), MeshYaml.Connection(peer)).IsAllowed;

        foreach (var written in new[] { "old-td/ns/shop/sa/a", "new-td/ns/shop/sa/a", "cluster.local/ns/shop/sa/a", "*-td/ns/shop/sa/a" })
        {
            Assert.True(Allowed(written, "old-td/ns/shop/sa/a"));
            Assert.True(Allowed(written, "new-td/ns/shop/sa/a"));
            Assert.False(Allowed(written, "cluster.local/ns/shop/sa/a"));
        }
        Assert.True(Allowed("foreign/ns/shop/sa/a", "foreign/ns/shop/sa/a"));
        Assert.False(Allowed("foreign/ns/shop/sa/a", "new-td/ns/shop/sa/a"));

        var policy = CompiledWorkloadPolicy.Compile(MeshYaml.Read(Mesh), MeshYaml.Payments);
        Assert.True(policy.AcceptClient(SpiffeId.Parse("spiffe://old-td/ns/a/sa/b")).IsAccepted);
        Assert.Equal(new(false, DecisionReason.PeerTrustDomainUnknown), policy.AcceptClient(SpiffeId.Parse("spiffe://old-td.org/ns/a/sa/b")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deciding_allocates_nothing(bool isHttp)
    {
        var policy = CompiledWorkloadPolicy.Compile(MeshYaml.Read(string.Concat(Enumerable.Range(0, 10).Select(i => MeshYaml.Policy(
            $$"""{from: [{source: {principals: [cluster.local/ns/n{{i}}/sa/a, "x*"], ipBlocks: [10.0.0.0/8], notServiceAccounts: [x/{{i}}] } }], to: [{operation: {notPorts: ["{{i + 1}}"]""" + (isHttp ? ", paths: [/a*, '/b/{*}'], hosts: [A.com]" : "") + "}}]}",
            i % 2 == 0 ? "DENY" : "ALLOW", $"p{i}")))), MeshYaml.Payments);
        var connection = MeshYaml.Connection("cluster.local/ns/n9/sa/a");
        bool Decide() => isHttp
            ? policy.Authorize(new RequestFacts { Connection = connection, Method = "GET", Host = "a.com", Path = "/b/c" }).IsAllowed
            : policy.Authorize(connection).IsAllowed;
        Assert.True(Decide());

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Decide();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
