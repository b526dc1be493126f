using System.Collections.Immutable;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>The AuthorizationPolicies of one workload in one form, in the order of specification 3.2.</summary>
internal sealed class CompiledAuthorization
{
    private readonly RuleList custom;
    private readonly RuleList deny;
    private readonly RuleList allow;
    private readonly RuleList audit;
    private readonly RuleList? shadowDeny;
    private readonly RuleList? shadowAllow;
    private readonly bool hasAllowPolicy;
    private readonly DecisionReason otherwise;
    private readonly string? provider;

    /// <param name="selected">Every policy that selects the workload, in order.</param>
    /// <param name="problems">Gets a sentence for every policy that cannot be compiled.</param>
    public CompiledAuthorization(
        ImmutableArray<AuthorizationPolicyResource> selected, MeshConfigResource mesh, RuleForm form, List<UnsupportedResource> problems)
    {
        var trustDomains = new TrustDomainSet(mesh);
        RuleList RulesOf(IEnumerable<AuthorizationPolicyResource> policies) =>
            new([.. policies.SelectMany(policy => Compile(policy, trustDomains, form, problems))]);
        IEnumerable<AuthorizationPolicyResource> Of(AuthorizationAction action, bool isDryRun = false) =>
            selected.Where(p => p.Action == action && IsShadow(p) == isDryRun);

        custom = RulesOf(Of(AuthorizationAction.Custom));
        deny = RulesOf(Of(AuthorizationAction.Deny));
        allow = RulesOf(Of(AuthorizationAction.Allow));
        audit = RulesOf(Of(AuthorizationAction.Audit));
        shadowDeny = Of(AuthorizationAction.Deny, true).Any() ? RulesOf(Of(AuthorizationAction.Deny, true)) : null;
        shadowAllow = Of(AuthorizationAction.Allow, true).Any() ? RulesOf(Of(AuthorizationAction.Allow, true)) : null;
        // A policy whose last rule was dropped is still one: it allows nothing.
        hasAllowPolicy = Of(AuthorizationAction.Allow).Any();
        otherwise = hasAllowPolicy ? DecisionReason.NoAllowRuleMatched
            : mesh.DeniesByDefault ? DecisionReason.DeniedByDefault : DecisionReason.NoAllowPolicy;
        provider = Of(AuthorizationAction.Custom).Select(p => p.ProviderName).Distinct().ToList() is [{ } only]
            && mesh.ExtensionProviders.Contains(only) ? only : null;
    }

    /// <summary>All that are left in this form.</summary>
    public IEnumerable<RuleReference> Rules =>
        new[] { custom, deny, allow, audit, shadowDeny, shadowAllow }.SelectMany(l => l?.Rules ?? []).Select(r => r.Reference);

    public AuthorizationDecision Decide<TTrace>(in RequestFacts facts, ref TTrace trace, IExternalAuthorizers? external)
        where TTrace : struct, IRuleTrace
    {
        var decision = Enforced(facts, ref trace, external);
        if (shadowDeny is null && shadowAllow is null && audit.Rules.IsEmpty) return decision;
        return decision with
        {
            ShadowDeny = shadowDeny is null ? null : Shadow(shadowDeny, Verdict.Deny, Verdict.Allow, facts, ref trace),
            ShadowAllow = shadowAllow is null ? null : Shadow(shadowAllow, Verdict.Allow, Verdict.Deny, facts, ref trace),
            AuditedBy = audit.FirstMatch(facts, ref trace)?.Reference,
        };
    }

    private AuthorizationDecision Enforced<TTrace>(in RequestFacts facts, ref TTrace trace, IExternalAuthorizers? external)
        where TTrace : struct, IRuleTrace
    {
        if (custom.FirstMatch(facts, ref trace) is { } asked && !IsAllowedBy(external))
            return new(Verdict.Deny, DecisionReason.CustomRuleMatched, asked.Reference);
        if (deny.FirstMatch(facts, ref trace) is { } denied)
            return new(Verdict.Deny, DecisionReason.DenyRuleMatched, denied.Reference);
        if (allow.FirstMatch(facts, ref trace) is { } allowed)
            return new(Verdict.Allow, DecisionReason.AllowRuleMatched, allowed.Reference);
        return new(otherwise == DecisionReason.NoAllowPolicy ? Verdict.Allow : Verdict.Deny, otherwise, null);
    }

    // No authorizer, an unknown one, several, or no answer: denied (specification 3.12).
    private bool IsAllowedBy(IExternalAuthorizers? external) => provider is not null && external?.Ask(provider) == true;

    private static ShadowVerdict Shadow<TTrace>(
        RuleList rules, Verdict matched, Verdict unmatched, in RequestFacts facts, ref TTrace trace) where TTrace : struct, IRuleTrace =>
        rules.FirstMatch(facts, ref trace) is { } rule ? new(matched, rule.Reference) : new(unmatched, null);

    internal static bool IsShadow(AuthorizationPolicyResource policy) =>
        policy.IsDryRun && policy.Action is AuthorizationAction.Allow or AuthorizationAction.Deny;

    private static List<CompiledRule> Compile(
        AuthorizationPolicyResource policy, TrustDomainSet trustDomains, RuleForm form, List<UnsupportedResource> problems)
    {
        var fields = new FieldCompiler(policy.Metadata.Namespace, trustDomains);
        var compiler = new RuleCompiler(policy, fields, form);
        var rules = Enumerable.Range(0, policy.Rules.Length).Select(compiler.Compile).OfType<CompiledRule>().ToList();
        if (fields.Problems.Count > 0)
            problems.Add(new(policy.Kind, policy.Metadata.Namespace, policy.Metadata.Name, fields.Problems[0]));
        return rules;
    }
}
