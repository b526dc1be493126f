using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Tests.Reading;

public sealed class ResourceReaderTests
{
    [Fact]
    public void Several_documents_give_their_resources_in_order()
    {
        var result = ResourceReader.Read("""
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: strict, namespace: pay, labels: {team: a}}
            spec:
              selector: {matchLabels: {app: payments}}
              mtls: {mode: STRICT}
              portLevelMtls:
                8080: {mode: DISABLE}
                "9090": {}
                9091:
            ---
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: pay}
            """, "mesh.yaml");

        Assert.Empty(result.Problems);
        var peer = Assert.IsType<PeerAuthenticationResource>(result.Resources[0]);
        Assert.Equal("pay/strict", peer.QualifiedName);
        Assert.Equal("payments", peer.Selector!.MatchLabels["app"]);
        Assert.Equal(MutualTlsMode.Strict, peer.Mode);
        Assert.Equal([(8080, MutualTlsMode.Disable), (9090, MutualTlsMode.Unset), (9091, MutualTlsMode.Unset)],
            peer.PortLevelModes!.Select(p => (p.Key, p.Value)));
        Assert.Equal("pay", Assert.IsType<NamespaceResource>(result.Resources[1]).QualifiedName);
    }

    [Fact]
    public void Json_is_read_as_the_yaml_it_is()
    {
        var result = ResourceReader.Read("""
            {
            	"apiVersion":"security.istio.io/v1beta1","kind":"AuthorizationPolicy",
            	"metadata":{"name":"a\/b \ud83d\ude00 \u00e9","annotations":{"istio.io/dry-run":"true"}},
            	"spec":{"action":"DENY","rules":[{"from":[{"source":{"principals":["*"]}}],"when":[{"key":"source.ip","notValues":["10.0.0.0/8"]}]},{}]}
            }
            """u8.ToArray(), "body.json");

        Assert.Empty(result.Problems);
        var policy = Assert.IsType<AuthorizationPolicyResource>(Assert.Single(result.Resources));
        Assert.Equal("default/a/b 😀 é", policy.QualifiedName);
        Assert.True(policy.IsDryRun);
        Assert.Equal(AuthorizationAction.Deny, policy.Action);
        Assert.Equal(["*"], policy.Rules[0].From[0].Principals);
        Assert.Equal(["10.0.0.0/8"], policy.Rules[0].When[0].NotValues);
        Assert.Equal(2, policy.Rules.Length);
    }

    [Fact]
    public void The_items_of_a_list_are_resources()
    {
        var result = ResourceReader.Read("""
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: Namespace, metadata: {name: a}}
            - {apiVersion: v1, kind: Namespace, metadata: {name: b}}
            """, "list.yaml");

        Assert.Empty(result.Problems);
        Assert.Equal(["a", "b"], result.Resources.Select(r => r.Metadata.Name));
    }

    [Fact]
    public void An_error_in_one_document_gives_no_resource_of_the_file()
    {
        var result = ResourceReader.Read("""
            apiVersion: v1
            kind: Namespace
            metadata: {name: a}
            ---
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata: {name: a}
            spec: {mtls: {mode: STRIKT}}
            """, "mesh.yaml");

        Assert.Empty(result.Resources);
        var problem = Assert.Single(result.Problems);
        Assert.Equal(ProblemCodes.UnknownValue, problem.Code);
        Assert.Equal(new SourcePosition("mesh.yaml", 8, 15), problem.Position);
        Assert.Equal("spec.mtls.mode", problem.FieldPath);
    }

    [Fact]
    public void Every_problem_is_reported_at_once_with_its_place()
    {
        var result = ResourceReader.Read("""
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata: {name: a, namespace: pay}
            spec:
              acton: DENY
              rules:
              - from:
                - source:
                    prinicpals: [a]
                to:
                - operation:
                    ports: [8080]
            """, "p.yaml");

        Assert.Equal(
            [
                "p.yaml:5:3: error HBK0018: spec.acton",
                "p.yaml:9:9: error HBK0018: spec.rules[0].from[0].source.prinicpals",
                "p.yaml:12:17: error HBK0014: spec.rules[0].to[0].operation.ports[0]",
            ],
            result.Problems.Select(p => $"{p.Position}: error {p.Code}: {p.FieldPath}"));
    }

    [Fact]
    public void Fields_without_effect_are_reported_once()
    {
        var result = ResourceReader.Read("""
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: a}
            spec:
              host: a.b.svc.cluster.local
              trafficPolicy:
                connectionPool: {tcp: {maxConnections: 1}}
                outlierDetection: {}
                tls: {mode: ISTIO_MUTUAL}
            """, "d.yaml");

        var problem = Assert.Single(result.Problems);
        Assert.Equal((ProblemCodes.NotEnforced, ProblemSeverity.Warning), (problem.Code, problem.Severity));
        Assert.Contains("spec.trafficPolicy.connectionPool, spec.trafficPolicy.outlierDetection", problem.Message);
        Assert.Equal(ClientTlsMode.IstioMutual, Assert.IsType<DestinationRuleResource>(result.Resources[0]).TrafficPolicy!.Tls!.Mode);
    }
}
