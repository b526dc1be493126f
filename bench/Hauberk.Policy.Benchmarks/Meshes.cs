using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Benchmarks;

/// <summary>Policies as meshes have them, in any number; the last is the one that matches.</summary>
internal static class Meshes
{
    private static readonly Workload Payments = new() { Namespace = "pay" };

    /// <summary>One rule in each: a caller on a port, with a block of addresses left out. Every fifth denies.</summary>
    public static CompiledWorkloadPolicy OfConnectionPolicies(int count) => CompiledWorkloadPolicy.Compile(new ResourceSet(
        Enumerable.Range(0, count).Select(i => Policy(i, i % 5 == 0 ? AuthorizationAction.Deny : AuthorizationAction.Allow,
        [
            new()
            {
                From = [new() { Principals = [$"cluster.local/ns/shop-{i}/sa/orders"], NotIpBlocks = ["192.168.0.0/16"] }],
                To = [new() { Ports = ["8080"] }],
            },
        ])), null), Payments);

    /// <summary>One policy: methods on paths, exact, prefixes and templates in turn, for callers of a namespace.</summary>
    public static CompiledWorkloadPolicy OfRequestRules(int count) => CompiledWorkloadPolicy.Compile(new ResourceSet(
        [Policy(0, AuthorizationAction.Allow, [.. Enumerable.Range(0, count).Select(i => Rule(i, count))])], null), Payments);

    private static AuthorizationRule Rule(int i, int count) => new()
    {
        From = [new() { Namespaces = ["shop-*"] }],
        To =
        [
            new()
            {
                Methods = ["GET", "POST"],
                Hosts = ["*.example.com"],
                Paths = [i == count - 1 ? "/api/v1/accounts/{*}/charge" : (i % 3) switch { 0 => $"/api/v1/r{i}", 1 => $"/api/v1/r{i}/*", _ => $"/api/v1/r{i}/{{*}}/x" }],
            },
        ],
    };

    private static AuthorizationPolicyResource Policy(int i, AuthorizationAction action, ImmutableArray<AuthorizationRule> rules) => new()
    {
        ApiVersion = "security.istio.io/v1",
        Kind = "AuthorizationPolicy",
        Metadata = new ResourceMetadata { Name = $"p{i:d5}", Namespace = "pay" },
        Document = MappingNode.Empty,
        Action = action,
        Rules = rules,
    };
}
