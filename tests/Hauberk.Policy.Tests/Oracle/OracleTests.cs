using System.Collections.Concurrent;
using CsCheck;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Slicing;
using Hauberk.Policy.Tests.Decision;

namespace Hauberk.Policy.Tests.Oracle;

/// <summary>The engine against the naive evaluator on random cases; a difference prints as a PolicyTest.</summary>
public sealed class OracleTests
{
    private const int Sets = 6400, RequestsPerSet = 16;

    private static readonly DecisionReason[] Reasons =
    [
        DecisionReason.NoAllowPolicy, DecisionReason.AllowRuleMatched, DecisionReason.DenyRuleMatched,
        DecisionReason.NoAllowRuleMatched, DecisionReason.CustomRuleMatched, DecisionReason.DeniedByDefault,
    ];

    private static readonly Workload Workload = MeshYaml.WorkloadIn("pay", "t=a");

    [Fact]
    public void Engine_and_oracle_agree_on_100_000_random_cases()
    {
        var seen = new ConcurrentDictionary<(DecisionReason, bool IsHttp), int>();
        Gen.Select(PolicyGen.Set, PolicyGen.Request.Array[RequestsPerSet]).Sample(
            (set, requests) =>
            {
                var policy = CompiledWorkloadPolicy.Compile(set, Workload);
                foreach (var r in requests) seen.AddOrUpdate((Decide(policy, r).Reason, r.IsHttp), 1, (_, n) => n + 1);
                return requests.All(r => Agree(set, policy, r));
            },
            iter: Sets, print: c => Print(c.Item1, c.Item2));
        Assert.True(seen.Values.Sum() >= 100_000, $"{seen.Values.Sum()} cases");
        // Cases that all end the same way would prove little.
        foreach (var reason in Reasons)
            foreach (var isHttp in new[] { true, false })
                Assert.True(seen.GetValueOrDefault((reason, isHttp)) > 1000, $"{reason} came {seen.GetValueOrDefault((reason, isHttp))} times");
    }

    [Fact]
    public void A_recording_changes_no_decision() => Gen.Select(PolicyGen.Set, PolicyGen.Request.Array[8]).Sample(
        (set, requests) =>
        {
            var policy = CompiledWorkloadPolicy.Compile(set, Workload);
            return requests.All(r => Decide(policy, r) == (r.IsHttp
                ? AuthorizationExplanation.OfRequest(set, Workload, policy, r.RequestFacts)
                : AuthorizationExplanation.OfConnection(set, Workload, policy, r.ConnectionFacts)).Decision);
        },
        iter: 1500, print: c => Print(c.Item1, c.Item2));

    [Fact]
    public void A_slice_decides_as_the_whole() => Gen.Select(PolicyGen.Set, PolicyGen.Request.Array[8]).Sample(
        (set, requests) =>
        {
            var (whole, slice) = (CompiledWorkloadPolicy.Compile(set, Workload), CompiledWorkloadPolicy.Compile(Slice.ForWorkload(set, Workload), Workload));
            return requests.All(r => Decide(whole, r) == Decide(slice, r));
        },
        iter: 1500, print: c => Print(c.Item1, c.Item2));

    private static AuthorizationDecision Decide(CompiledWorkloadPolicy policy, OracleRequest r) =>
        r.IsHttp ? policy.Authorize(r.RequestFacts) : policy.Authorize(r.ConnectionFacts);

    private static bool Agree(ResourceSet set, CompiledWorkloadPolicy policy, OracleRequest request)
    {
        var expected = new NaiveEvaluator(set, Workload, request).Evaluate();
        var actual = Decide(policy, request);
        return expected == (actual.IsAllowed, actual.Rule?.ToString(), Allowed(actual.ShadowAllow), Allowed(actual.ShadowDeny), actual.AuditedBy?.ToString());
    }

    private static bool? Allowed(ShadowVerdict? shadow) => shadow is null ? null : shadow.Value.Verdict == Verdict.Allow;

    private static string Print(ResourceSet set, OracleRequest[] requests)
    {
        var policy = CompiledWorkloadPolicy.Compile(set, Workload);
        var request = requests.FirstOrDefault(r => !Agree(set, policy, r)) ?? requests[0];
        var (allowed, rule, _, _, _) = new NaiveEvaluator(set, Workload, request).Evaluate();
        return $"{PolicyYaml.Write(set, request, allowed)}\n    # by {rule ?? "default"}; the engine says {Decide(policy, request)}";
    }
}
