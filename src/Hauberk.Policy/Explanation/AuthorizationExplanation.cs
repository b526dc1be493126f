using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Explanation;

/// <summary>A decision with everything that led to it: the same evaluation, listened to.</summary>
/// <param name="IsHttpForm">False: the rules were in their TCP form (specification 3.8).</param>
/// <param name="Policies">Those that select the workload in the order in which they are asked, then the others.</param>
public sealed record AuthorizationExplanation(AuthorizationDecision Decision, bool IsHttpForm, ImmutableArray<PolicyExplanation> Policies)
{
    /// <param name="set">The mesh that <paramref name="compiled"/> was compiled from.</param>
    public static AuthorizationExplanation OfConnection(
        ResourceSet set, Workload workload, CompiledWorkloadPolicy compiled, in ConnectionFacts facts) =>
        Of(set, workload, compiled, new RequestFacts { Connection = facts }, RuleForm.Tcp, null);

    /// <param name="set">The mesh that <paramref name="compiled"/> was compiled from.</param>
    public static AuthorizationExplanation OfRequest(
        ResourceSet set, Workload workload, CompiledWorkloadPolicy compiled, in RequestFacts facts) =>
        Of(set, workload, compiled, facts, RuleForm.Http, null);

    internal static AuthorizationExplanation Of(
        ResourceSet set, Workload workload, CompiledWorkloadPolicy compiled, in RequestFacts facts, RuleForm form, IExternalAuthorizers? external)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(compiled);
        var trace = RecordingTrace.Create();
        var decision = compiled.Authorize(facts, form, ref trace, external);
        var inForm = compiled.RulesIn(form).ToHashSet();
        var selected = compiled.Selected.Select(p => Explain(p, decision, trace, inForm, compiled.Unsupported));
        var others = set.OfKind<AuthorizationPolicyResource>().Except(compiled.Selected)
            .Select(p => new PolicyExplanation(p.QualifiedName, p.Action, p.IsDryRun, PolicyOutcome.NotSelected,
                WorkloadSelection.WhyNotSelected(p, set.Mesh.RootNamespace, workload), []));
        return new(decision, form == RuleForm.Http, [.. selected, .. others]);
    }

    private static PolicyExplanation Explain(
        AuthorizationPolicyResource policy, AuthorizationDecision decision, RecordingTrace trace, HashSet<RuleReference> inForm,
        ImmutableArray<UnsupportedResource> unsupported)
    {
        var why = unsupported.FirstOrDefault(u => u.Kind == policy.Kind && $"{u.Namespace}/{u.Name}" == policy.QualifiedName)?.Why;
        var rules = Enumerable.Range(0, policy.Rules.Length)
            .Select(i => new RuleReference(policy.Kind, policy.Metadata.Namespace, policy.Metadata.Name, i))
            .Select(r => trace.Tried(r) ?? new(r, inForm.Contains(r) ? RuleOutcome.NotReached : RuleOutcome.DroppedOnTcp, null))
            .ToImmutableArray();
        var outcome = why is not null ? PolicyOutcome.Unsupported : OutcomeOf(rules, decision);
        return new(policy.QualifiedName, policy.Action, CompiledAuthorization.IsShadow(policy), outcome, why, rules);
    }

    private static PolicyOutcome OutcomeOf(ImmutableArray<RuleExplanation> rules, AuthorizationDecision decision)
    {
        if (rules.Any(r => r.Rule == decision.Rule)) return PolicyOutcome.Decided;
        if (rules.Any(r => r.Outcome == RuleOutcome.Matched)) return PolicyOutcome.Matched;
        return rules.Any(r => r.Outcome == RuleOutcome.NotReached) ? PolicyOutcome.NotReached : PolicyOutcome.NotMatched;
    }
}
