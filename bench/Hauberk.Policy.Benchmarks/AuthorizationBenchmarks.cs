using System.Net;
using BenchmarkDotNet.Attributes;
using Hauberk.Identity;
using Hauberk.Policy.Decision;

namespace Hauberk.Policy.Benchmarks;

/// <summary>The two decisions that have a budget.</summary>
[MemoryDiagnoser]
public class AuthorizationBenchmarks
{
    private static readonly ConnectionFacts Facts = new(
        SpiffeId.Parse("spiffe://cluster.local/ns/shop-9/sa/orders"), IPAddress.Parse("10.1.2.3"), IPAddress.Parse("10.0.0.1"), 8080, null);

    private CompiledWorkloadPolicy connection = null!;
    private CompiledWorkloadPolicy request = null!;

    [GlobalSetup]
    public void Compile()
    {
        connection = Meshes.OfConnectionPolicies(10);
        request = Meshes.OfRequestRules(100);
    }

    [Benchmark(Description = "Connection with 10 policies")]
    public AuthorizationDecision Connection() => connection.Authorize(Facts);

    [Benchmark(Description = "Request with 100 rules")]
    public AuthorizationDecision Request() => request.Authorize(new RequestFacts
    {
        Connection = Facts,
        Method = "POST",
        Host = "payments.example.com",
        Path = "/api/v1/accounts/42/charge",
    });
}
