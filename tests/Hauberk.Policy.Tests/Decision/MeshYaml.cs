using System.Collections.Immutable;
using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Tests.Decision;

/// <summary>Meshes as their operators write them.</summary>
internal static class MeshYaml
{
    public static ResourceSet Read(string yaml)
    {
        var result = ResourceReader.Read(yaml, "mesh.yaml");
        Assert.False(result.HasErrors, string.Join('\n', result.Problems));
        return new(result.Resources, result.Resources.OfType<MeshConfigResource>().SingleOrDefault());
    }

    public static Workload Payments { get; } = WorkloadIn("pay", "app=payments");

    public static Workload WorkloadIn(string @namespace, string labels = "") => new()
    {
        Namespace = @namespace,
        Labels = labels.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('='))
            .ToImmutableDictionary(l => l[0], l => l[1]),
    };

    public static ConnectionFacts Connection(string? peer = null, int port = 8080, string source = "10.0.0.9", string? sni = null) => new(
        peer is null ? null : SpiffeId.Parse("spiffe://" + peer), IPAddress.Parse(source), IPAddress.Parse("10.0.0.1"), port, sni);

    /// <summary>An AuthorizationPolicy in "pay" with one rule given as flow YAML.</summary>
    public static string Policy(string rule, string action = "ALLOW", string name = "rule") => $$"""
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: {{name}}, namespace: pay}
        spec: {action: {{action}}, rules: [{{rule}}]}
        ---

        """;
}
