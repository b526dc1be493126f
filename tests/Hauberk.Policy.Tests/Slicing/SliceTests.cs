using CsCheck;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Slicing;
using Hauberk.Policy.Tests.Decision;

namespace Hauberk.Policy.Tests.Slicing;

/// <summary>Slicing never changes a decision: modes, protocols, handling and client TLS on random meshes (authorization: the oracle's tests).</summary>
public sealed class SliceTests
{
    private static readonly int[] Ports = [80, 8080, 9000, 3306];
    private static readonly string[] Hosts = ["p.pay.svc.cluster.local", "q.pay.svc.cluster.local", "x.example.com"];

    private static readonly Workload Server = MeshYaml.WorkloadIn("pay", "app=p") with { Name = "w0", Addresses = ["10.0.0.1"] };
    private static readonly Workload Client = MeshYaml.WorkloadIn("shop", "app=web");

    private static readonly Gen<string> Namespace = Gen.OneOf("pay", "pay", "shop", "istio-system", "other");
    private static readonly Gen<string> Mode = Gen.OneOf("STRICT", "PERMISSIVE", "DISABLE", "UNSET");
    private static readonly Gen<int> Port = Gen.OneOf(Ports);
    private static readonly Gen<string> Created = Gen.OneOf("", ", creationTimestamp: \"2024-01-01T00:00:00Z\"", ", creationTimestamp: \"2024-01-02T00:00:00Z\"");

    private static readonly Gen<string> Selector = Gen.OneOf("", "", "selector: {matchLabels: {app: p}}, ", "selector: {matchLabels: {app: q}}, ");

    private static readonly Gen<string> Peer = Gen.Select(Selector, Mode, Mode, Port).Select((selector, mode, own, port) =>
        $"security.istio.io/v1 PeerAuthentication {selector}mtls: {{mode: {mode}}}{(selector.Length > 0 ? $", portLevelMtls: {{{port}: {{mode: {own}}}}}" : "")}");

    private static readonly Gen<string> Service = Gen.Select(Gen.OneOf("p", "q"), Gen.OneOf("http", "tcp", "web", "grpc"), Port, Gen.OneOf("80", "8080", "web"))
        .Select((app, name, port, target) => $"v1 Service selector: {{app: {app}}}, ports: [{{name: {name}, port: {port}, targetPort: {target}}}]");

    private static readonly Gen<string> Entry = Gen.Select(Gen.OneOf("workloadSelector: {labels: {app: p}}", "endpoints: [{address: 10.0.0.1, ports: {web: 9000}}]", "endpoints: [{address: 10.0.0.2}]"), Gen.OneOf("HTTP", "TCP"), Port)
        .Select((who, protocol, port) => $"networking.istio.io/v1 ServiceEntry hosts: [x.example.com], resolution: STATIC, {who}, ports: [{{name: web, number: {port}, protocol: {protocol}}}]");

    private static readonly Gen<string> WorkloadEntry = Gen.Select(Gen.OneOf("10.0.0.1", "10.0.0.2"), Port)
        .Select((address, port) => $"networking.istio.io/v1 WorkloadEntry address: {address}, labels: {{app: p}}, ports: {{web: {port}}}");

    private static readonly Gen<string> Rule = Gen.Select(
        Gen.OneOf("p", "q", "'*'", "'*.pay.svc.cluster.local'", "p.pay.svc.cluster.local", "x.example.com"), Gen.OneOf("DISABLE", "SIMPLE", "ISTIO_MUTUAL"), Port,
        Gen.OneOf("", ", exportTo: ['.']", ", exportTo: [shop]", ", workloadSelector: {matchLabels: {app: web}}", ", workloadSelector: {matchLabels: {app: db}}"))
        .Select((host, mode, port, scope) =>
            $"networking.istio.io/v1 DestinationRule host: {host}, trafficPolicy: {{tls: {{mode: {mode}}}, portLevelSettings: [{{port: {{number: {port}}}}}]}}, subsets: [{{name: v, trafficPolicy: {{tls: {{mode: {mode}}}}}}}]{scope}");

    private static readonly Gen<string> Mesh = Gen.Select(Gen.OneOf(Peer, Service, Entry, WorkloadEntry, Rule), Namespace, Created).Array[0, 12]
        .Select(all => string.Join("\n---\n", all.Select((r, i) => Document(r.Item1, r.Item2, r.Item3, i))));

    [Fact]
    public void A_workloads_slice_gives_the_same_modes_protocols_and_handling() => Mesh.Sample(yaml =>
    {
        var set = MeshYaml.Read(yaml);
        var slice = Slice.ForWorkload(set, Server);
        var (whole, sliced) = (CompiledWorkloadPolicy.Compile(set, Server), CompiledWorkloadPolicy.Compile(slice, Server));
        return Ports.All(port => whole.ModeOf(port) == sliced.ModeOf(port) && whole.ProtocolOf(port) == sliced.ProtocolOf(port)
            && Enum.GetValues<WireForm>().All(wire => whole.HandleInbound(port, wire, true) == sliced.HandleInbound(port, wire, true)));
    }, iter: 1000);

    [Fact]
    public void A_destinations_slice_gives_the_same_client_tls() => Mesh.Sample(yaml =>
    {
        var set = MeshYaml.Read(yaml);
        var whole = CompiledClientPolicy.Compile(set, Client);
        return Hosts.All(host =>
        {
            var sliced = CompiledClientPolicy.Compile(Slice.ForDestination(set, Client, host), Client);
            return Ports.All(port => new[] { null, "v" }.All(subset =>
            {
                var facts = new ClientTlsFacts(host, "pay", port, subset, false, true, ServerMode.Permissive);
                return whole.DecideTls(facts) == sliced.DecideTls(facts);
            }));
        });
    }, iter: 1000);

    [Fact]
    public void A_slice_holds_only_what_can_decide()
    {
        var set = MeshYaml.Read(string.Join("\n---\n",
            Document("security.istio.io/v1 PeerAuthentication mtls: {mode: STRICT}", "pay", "", 0),
            Document("security.istio.io/v1 PeerAuthentication mtls: {mode: STRICT}", "shop", "", 1),
            Document("security.istio.io/v1 PeerAuthentication selector: {matchLabels: {app: p}}, mtls: {mode: STRICT}", "istio-system", "", 2),
            Document("security.istio.io/v1 AuthorizationPolicy selector: {matchLabels: {app: q}}", "pay", "", 3),
            Document("security.istio.io/v1 AuthorizationPolicy selector: {matchLabels: {app: p}}", "istio-system", "", 4),
            Document("v1 Service selector: {app: p}, ports: [{port: 80}]", "pay", "", 5),
            Document("v1 Service selector: {app: p}, ports: [{port: 80}]", "shop", "", 6)));
        Assert.Equal(["r0", "r4", "r5"], Slice.ForWorkload(set, Server).All.Select(r => r.Metadata.Name));
    }

    [Fact]
    public void Every_feature_of_every_resource_is_known_and_an_unknown_condition_is_not()
    {
        Mesh.Sample(yaml => MeshYaml.Read(yaml).All.All(r => Features.RequiredBy(r).IsSubsetOf(Features.Known)), iter: 200);
        var policy = new AuthorizationPolicyResource
        {
            ApiVersion = "security.istio.io/v1",
            Kind = "AuthorizationPolicy",
            Metadata = new ResourceMetadata { Name = "p", Namespace = "pay" },
            Document = MappingNode.Empty,
            Action = AuthorizationAction.Deny,
            IsDryRun = true,
            Rules = [new() { When = [new() { Key = "request.headers[x]", Values = ["a"] }, new() { Key = "source.color", Values = ["red"] }] }],
        };
        Assert.Equal(["AuthorizationPolicy/when/source.color"], Features.RequiredBy(policy).Except(Features.Known));
        Assert.Contains("AuthorizationPolicy/dry-run", Features.RequiredBy(policy));
        // Even unannounced, what cannot be enforced denies.
        Assert.Equal(DecisionReason.UnknownFeature,
            CompiledWorkloadPolicy.Compile(new ResourceSet([policy], null), MeshYaml.Payments).Authorize(MeshYaml.Connection()).Reason);
    }

    private static string Document(string resource, string @namespace, string created, int index)
    {
        var parts = resource.Split(' ', 3);
        return $"apiVersion: {parts[0]}\nkind: {parts[1]}\nmetadata: {{name: r{index}, namespace: {@namespace}{created}}}\nspec: {{{parts[2]}}}";
    }
}
