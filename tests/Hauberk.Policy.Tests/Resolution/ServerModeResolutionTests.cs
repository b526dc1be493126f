using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Tests.Decision;

namespace Hauberk.Policy.Tests.Resolution;

public sealed class ServerModeResolutionTests
{
    private static string Peer(string @namespace, string name, string spec, string created = "") => $$"""
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: {{name}}, namespace: {{@namespace}}{{(created.Length > 0 ? $", creationTimestamp: \"{created}\"" : "")}}}
        spec: {{spec}}
        ---

        """;

    private static ServerMode ModeOf(string yaml, int port = 8080, string @namespace = "pay") =>
        ServerModeResolution.Resolve(MeshYaml.Read(yaml), MeshYaml.WorkloadIn(@namespace, "app=payments")).ModeOf(port);

    [Fact]
    public void Without_any_policy_a_server_is_permissive() => Assert.Equal(ServerMode.Permissive, ModeOf(""));

    [Theory]
    [InlineData("{mtls: {mode: STRICT}}", ServerMode.Strict)]
    [InlineData("{mtls: {mode: DISABLE}}", ServerMode.Disable)]
    [InlineData("{mtls: {mode: UNSET}}", ServerMode.Permissive)]
    [InlineData("{}", ServerMode.Permissive)]
    public void A_mesh_policy_decides_where_it_says_something(string spec, ServerMode expected) =>
        Assert.Equal(expected, ModeOf(Peer("istio-system", "default", spec)));

    [Fact]
    public void Each_narrower_scope_replaces_the_wider_one()
    {
        var mesh = Peer("istio-system", "m", "{mtls: {mode: STRICT}}");
        var ns = Peer("pay", "n", "{mtls: {mode: DISABLE}}");
        var workload = Peer("pay", "w", "{selector: {matchLabels: {app: payments}}, mtls: {mode: PERMISSIVE}}");
        Assert.Equal(ServerMode.Strict, ModeOf(mesh));
        Assert.Equal(ServerMode.Disable, ModeOf(mesh + ns));
        Assert.Equal(ServerMode.Permissive, ModeOf(mesh + ns + workload));
        Assert.Equal(ServerMode.Strict, ModeOf(mesh + ns + workload, @namespace: "shop"));
    }

    [Theory]
    [InlineData("UNSET", ServerMode.Strict)]
    [InlineData("DISABLE", ServerMode.Disable)]
    public void A_port_that_is_unset_has_the_mode_of_the_workload_not_of_the_mesh(string mode, ServerMode expected) =>
        Assert.Equal(expected, ModeOf(
            Peer("istio-system", "m", "{mtls: {mode: DISABLE}}")
            + Peer("pay", "w", $"{{selector: {{matchLabels: {{app: payments}}}}, mtls: {{mode: STRICT}}, portLevelMtls: {{8080: {{mode: {mode}}}}}}}")));

    [Fact]
    public void A_selector_in_the_root_namespace_makes_a_policy_nobody_has()
    {
        var policy = Peer("istio-system", "w", "{selector: {matchLabels: {app: payments}}, mtls: {mode: STRICT}}");
        Assert.Equal(ServerMode.Permissive, ModeOf(policy));
        Assert.Equal(ServerMode.Permissive, ModeOf(policy, @namespace: "istio-system"));
    }

    [Fact]
    public void Of_two_policies_in_one_scope_the_older_counts_and_then_the_name()
    {
        var strict = Peer("pay", "b", "{mtls: {mode: STRICT}}", "2024-01-01T00:00:00Z");
        var disable = Peer("pay", "a", "{mtls: {mode: DISABLE}}", "2025-01-01T00:00:00Z");
        Assert.Equal(ServerMode.Strict, ModeOf(disable + strict));
        Assert.Equal(ServerMode.Disable, ModeOf(Peer("pay", "b", "{mtls: {mode: STRICT}}") + Peer("pay", "a", "{mtls: {mode: DISABLE}}")));
    }

    [Fact]
    public void The_port_map_of_a_policy_that_lost_is_not_merged() => Assert.Equal(ServerMode.Strict, ModeOf(
        Peer("pay", "a", "{selector: {matchLabels: {app: payments}}, mtls: {mode: STRICT}}")
        + Peer("pay", "b", "{selector: {matchLabels: {app: payments}}, portLevelMtls: {8080: {mode: DISABLE}}}")));

    [Fact]
    public void The_chain_tells_every_scope_and_what_it_did()
    {
        var set = MeshYaml.Read(
            Peer("istio-system", "m", "{mtls: {mode: STRICT}}")
            + Peer("pay", "w", "{selector: {matchLabels: {app: payments}}, portLevelMtls: {8080: {mode: DISABLE}}}"));
        var chain = ServerModeResolution.Resolve(set, MeshYaml.Payments).Chain(8080);
        Assert.Equal(
            ["Default  Permissive", "Mesh istio-system/m Strict", "Namespace  Strict", "Workload pay/w Strict", "Port pay/w Disable"],
            chain.Select(s => $"{s.Scope} {s.Policy} {s.Mode}"));
    }
}
