using System.Collections.Immutable;
using System.Globalization;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Tests.Oracle;

/// <summary>A generated case as a PolicyTest that can be put into conformance/.</summary>
internal static class PolicyYaml
{
    public static string Write(ResourceSet set, OracleRequest request, bool allowed)
    {
        var mesh = set.Mesh;
        var resources = string.Join("\n    ---\n", set.OfKind<AuthorizationPolicyResource>().Select(Write));
        return $$"""
            apiVersion: hauberk.dev/v1
            kind: PolicyTest
            metadata: {name: found}
            spec:
              mesh: {trustDomain: {{mesh.TrustDomain}}, trustDomainAliases: {{List(mesh.TrustDomainAliases)}}, defaultAuthorization: {{(mesh.DeniesByDefault ? "Deny" : "Allow")}}}
              resources: |
            {{resources}}
              cases:
              - name: "3 found by the oracle"
                authorize: {to: {namespace: pay, labels: {t: a}, port: {{request.Port}}, protocol: {{(request.IsHttp ? "http" : "tcp")}}}, from: {{From(request)}}, request: {{Request(request)}}}
                expect: {{(allowed ? "ALLOW" : "DENY")}}
            """;
    }

    private static string Write(AuthorizationPolicyResource p)
    {
        var created = p.Metadata.CreationTimestamp is { } at ? $", creationTimestamp: \"{at.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}\"" : "";
        var selector = p.Selector is null ? "" : $"selector: {{matchLabels: {{{string.Join(", ", p.Selector.MatchLabels.Select(l => $"{l.Key}: {l.Value}"))}}}}}, ";
        var dryRun = p.IsDryRun ? ", annotations: {istio.io/dry-run: \"true\"}" : "";
        var provider = p.ProviderName is null ? "" : ", provider: {name: ext}";
        return $$"""
                apiVersion: security.istio.io/v1
                kind: AuthorizationPolicy
                metadata: {name: {{p.Metadata.Name}}, namespace: {{p.Metadata.Namespace}}{{created}}{{dryRun}} }
                spec: { {{selector}}action: {{p.Action.ToString().ToUpperInvariant()}}{{provider}}, rules: [{{string.Join(", ", p.Rules.Select(Write))}}]}
            """;
    }

    private static string Write(AuthorizationRule rule) => Map(
        ("from", Items(rule.From.Select(s => $"{{source: {Fields(s)}}}"))),
        ("to", Items(rule.To.Select(o => $"{{operation: {Fields(o)}}}"))),
        ("when", Items(rule.When.Select(c => Map(("key", $"'{c.Key}'"), ("values", c.Values.IsEmpty ? "" : List(c.Values)), ("notValues", c.NotValues.IsEmpty ? "" : List(c.NotValues)))))));

    private static string Fields(object part) => Map([.. part.GetType().GetProperties()
        .Where(p => p.PropertyType == typeof(ImmutableArray<string>)).Select(p => (p.Name, Values: (ImmutableArray<string>)p.GetValue(part)!))
        .Where(p => !p.Values.IsEmpty).Select(p => (char.ToLowerInvariant(p.Name[0]) + p.Name[1..], List(p.Values)))]);

    private static string From(OracleRequest r) => Map(("principal", r.Peer is null ? "" : $"'{r.Peer}'"), ("ip", $"'{r.Source}'"));

    private static string Request(OracleRequest r) => Map(
        ("method", r.Method), ("path", $"'{r.Path}'"), ("host", $"'{r.Host}'"), ("sni", r.Sni ?? ""), ("remoteIp", r.Remote is null ? "" : $"'{r.Remote}'"),
        ("destinationIp", $"'{r.Destination}'"), ("headers", Map([.. r.Headers.Select(h => (h.Key, $"'{h.Value}'"))])),
        ("jwt", r.Claims is null ? "" : Map([.. r.Claims.Select(c => c.Key == "realm.roles" ? ("realm", $"{{roles: {List(c.Value)}}}") : (c.Key, c.Value.Length == 1 ? $"'{c.Value[0]}'" : List(c.Value)))])));

    private static string Items(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } list ? $"[{list}]" : "";

    private static string List(ImmutableArray<string> values) => $"[{string.Join(", ", values.Select(v => $"'{v}'"))}]";

    private static string Map(params (string Key, string Value)[] fields) => "{" + string.Join(", ", fields.Where(f => f.Value.Length > 0).Select(f => $"{f.Key}: {f.Value}")) + "}";
}
