using System.Net;
using BenchmarkDotNet.Attributes;
using Hauberk.Identity;
using Hauberk.Policy.Decision;

namespace Hauberk.Policy.Benchmarks;

/// <summary>The curve: what a decision costs grows with the rules that can match, not with all rules.</summary>
public class RuleCountBenchmarks
{
    private CompiledWorkloadPolicy connection = null!;
    private CompiledWorkloadPolicy request = null!;
    private ConnectionFacts facts;

    [Params(10, 100, 1_000, 10_000)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Compile()
    {
        connection = Meshes.OfConnectionPolicies(Rules);
        request = Meshes.OfRequestRules(Rules);
        facts = new(SpiffeId.Parse($"spiffe://cluster.local/ns/shop-{Rules - 1}/sa/orders"), IPAddress.Parse("10.1.2.3"), IPAddress.Parse("10.0.0.1"), 8080, null);
    }

    [Benchmark(Description = "Connection")]
    public AuthorizationDecision Connection() => connection.Authorize(facts);

    [Benchmark(Description = "Request")]
    public AuthorizationDecision Request() => request.Authorize(new RequestFacts
    {
        Connection = facts,
        Method = "POST",
        Host = "payments.example.com",
        Path = "/api/v1/accounts/42/charge",
    });
}
