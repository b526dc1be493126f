using Hauberk.Policy.Analysis;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Tests.Analysis;

/// <summary>The other ways in which a code is raised: documents as "kind namespace/name spec", and the one warning that is asked for.</summary>
public sealed class AnalyzerBranchTests
{
    private const string Payments = "WorkloadEntry pay/payments-1 {address: 10.0.0.1, labels: {app: payments}, serviceAccount: payments}\n";
    private const string Service = "Service pay/payments {selector: {app: payments}, ports: [{port: 80, name: http, targetPort: 8080}, {port: 90, name: tcp}]}\n";

    public static TheoryData<string, string, string> Meshes => new()
    {
        { "two policies for the mesh", "PeerAuthentication istio-system/a {}\nPeerAuthentication istio-system/b {}", "HBK0202 istio-system/b metadata.name" },
        { "one selector twice and no workload known", "PeerAuthentication pay/a {selector: {matchLabels: {app: a}}}\nPeerAuthentication pay/b {selector: {matchLabels: {app: a}}}", "HBK0202 pay/b metadata.name" },
        { "a Service tells of its workload's port", Service + "PeerAuthentication pay/a {selector: {matchLabels: {app: payments}}, portLevelMtls: {80: {mode: DISABLE}}}", "HBK0203 pay/a spec.portLevelMtls.80" },
        { "a DENY with HTTP fields on a TCP port", Service + "AuthorizationPolicy pay/a {selector: {matchLabels: {app: payments}}, action: DENY, rules: [{to: [{operation: {notMethods: [GET]}}]}]}", "HBK0204 pay/a spec.rules[0].to[0].operation.notMethods" },
        { "a star in the middle", "AuthorizationPolicy pay/a {rules: [{when: [{key: source.principal, values: ['a*b']}]}]}", "HBK0205 pay/a spec.rules[0].when[0].values[0]" },
        { "a host with a star and no port", "AuthorizationPolicy pay/a {rules: [{to: [{operation: {notHosts: ['*.shop.example']}}]}]}", "HBK0206 pay/a spec.rules[0].to[0].operation.notHosts[0]" },
        { "an external service called with mesh mTLS", "ServiceEntry pay/a {hosts: [a.example], ports: [{number: 80, name: http}], resolution: DNS}\nDestinationRule pay/a {host: a.example, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}", "HBK0209 pay/a metadata.name" },
        { "a host that leaves out the suffix", Service + "DestinationRule shop/a {host: payments.pay}", "HBK0212 shop/a spec.host" },
        { "the mesh's own namespace", Payments + "PeerAuthentication hauberk-system/a {mtls: {mode: STRICT}}", "HBK0212 hauberk-system/a metadata.namespace" },
        { "a selector of the mesh", Payments + "AuthorizationPolicy istio-system/a {selector: {matchLabels: {app: ledger}}, action: DENY, rules: [{}]}", "HBK0212 istio-system/a spec.selector" },
        { "a path that normalisation changes", "AuthorizationPolicy pay/a {action: DENY, rules: [{to: [{operation: {paths: [/a/../admin]}}]}]}", "HBK0213 pay/a spec.rules[0].to[0].operation.paths" },
        { "a path without a slash", "AuthorizationPolicy pay/a {action: DENY, rules: [{to: [{operation: {paths: ['admin*', 'b/{*}']}}]}]}", "HBK0213 pay/a spec.rules[0].to[0].operation.paths" },
        { "a condition that excludes what a source lists", "AuthorizationPolicy pay/a {rules: [{from: [{source: {principals: [a/ns/b/sa/c]}}], when: [{key: source.namespace, notValues: [b]}]}]}", "HBK0213 pay/a spec.rules[0].from[0].source.principals" },
        { "addresses outside a block", "AuthorizationPolicy pay/a {rules: [{from: [{source: {ipBlocks: [10.0.0.1], notIpBlocks: [10.0.0.0/8]}}]}]}", "HBK0213 pay/a spec.rules[0].from[0].source.ipBlocks" },
        { "a rule for the mesh that shadows", "AuthorizationPolicy pay/a {rules: [{from: [{source: {namespaces: [shop]}}]}]}\nAuthorizationPolicy istio-system/b {action: DENY, rules: [{}]}", "HBK0214 pay/a spec.rules[0]" },
        { "a negation that shadows", "AuthorizationPolicy pay/a {rules: [{from: [{source: {principals: [a/b]}}]}]}\nAuthorizationPolicy pay/b {action: DENY, rules: [{from: [{source: {notPrincipals: ['a/c*']}}]}]}", "HBK0214 pay/a spec.rules[0]" },
        { "a node port on STRICT", Payments + "Service pay/open {type: NodePort, selector: {app: payments}, ports: [{port: 80, name: http}]}\nPeerAuthentication pay/a {mtls: {mode: STRICT}}", "HBK0216 pay/open spec.type" },
        { "mesh mTLS to DISABLE", Payments + Service + "PeerAuthentication pay/a {mtls: {mode: DISABLE}}\nDestinationRule shop/a {host: payments.pay.svc.cluster.local, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}", "HBK0217 shop/a spec.trafficPolicy.tls.mode" },
        { "mesh mTLS to a workload without sidecar", "WorkloadEntry pay/l {address: 10.0.0.1, labels: {app: payments}}\n" + Service + "DestinationRule pay/a {host: payments, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}", "HBK0217 pay/a spec.trafficPolicy.tls.mode" },
        { "plaintext to STRICT for one port", Payments + Service + "PeerAuthentication pay/a {mtls: {mode: STRICT}}\nDestinationRule pay/a {host: payments, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: DISABLE}}]}}", "HBK0217 pay/a spec.trafficPolicy.portLevelSettings" },
        { "plaintext to STRICT for a subset", Payments + Service + "PeerAuthentication pay/a {mtls: {mode: STRICT}}\nDestinationRule pay/a {host: payments, subsets: [{name: v1, trafficPolicy: {tls: {mode: SIMPLE}}}]}", "HBK0217 pay/a spec.subsets[0].trafficPolicy.tls.mode" },
    };

    [Theory, MemberData(nameof(Meshes))]
    public void A_mesh_raises_the_code_at_its_place(string about, string mesh, string expected)
    {
        var found = Analyze(mesh).Where(f => f.StartsWith(expected[..8], StringComparison.Ordinal));

        Assert.True(found.SequenceEqual([expected]), $"{about}: {string.Join("; ", found)}");
    }

    [Fact]
    public void Several_providers_for_one_workload_are_told_of_each_policy() => Assert.Equal(
        ["HBK0218 pay/a spec.provider.name", "HBK0218 pay/b spec.provider.name"],
        Analyze(Payments + "AuthorizationPolicy pay/a {action: CUSTOM, provider: {name: opa}, rules: [{}]}\n"
            + "AuthorizationPolicy pay/b {action: CUSTOM, provider: {name: other}, rules: [{}]}\n"
            + "MeshConfig /default {extensionProviders: [{name: opa}, {name: other}]}"));

    [Fact]
    public void Invalid_resources_are_left_out() =>
        Assert.Empty(Analyze("AuthorizationPolicy pay/a {rules: [{to: [{operation: {ports: [\"x\"], notPorts: [\"x\"]}}]}]}"));

    private static List<string> Analyze(string mesh)
    {
        var documents = mesh.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            var parts = line.Split(' ', 3);
            var (kind, name) = (ResourceKinds.Find(parts[0])!, parts[1].Split('/'));
            return $"apiVersion: {kind.ApiVersion(kind.Versions[0])}\nkind: {kind.Name}\nmetadata: {{name: {name[1]}, namespace: {name[0]}}}\nspec: {parts[2]}\n";
        });
        var read = ResourceReader.Read(string.Join("---\n", documents), "mesh.yaml");
        Assert.False(read.HasErrors, string.Join('\n', read.Problems));
        var problems = Analyzer.Analyze(new(read.Resources, read.Resources.OfType<MeshConfigResource>().FirstOrDefault()));
        return [.. problems.Select(p => $"{p.Code} {p.Message.Split(' ', 3)[1].TrimEnd(':')} {p.FieldPath}")];
    }
}
