using Hauberk.Policy.Analysis.Rules;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>ALLOW rules of which a DENY rule takes everything (specification 3.2: DENY comes first).</summary>
internal static class ShadowedRuleCheck
{
    public static void Run(AnalysisContext context)
    {
        var enforced = context.Set.OfKind<AuthorizationPolicyResource>().Where(p => !p.IsDryRun && p.TargetRefs.IsEmpty).ToList();
        var denies = enforced.Where(p => p.Action == AuthorizationAction.Deny).ToLookup(p => p.Metadata.Namespace, StringComparer.Ordinal);
        foreach (var allow in enforced.Where(p => p.Action == AuthorizationAction.Allow))
            foreach (var deny in denies[context.Mesh.RootNamespace].Concat(denies[allow.Metadata.Namespace]).Distinct().Where(d => IsWherever(d, allow)))
                Check(context, allow, deny);
    }

    // Whatever workload has the labels that the ALLOW wants also has those that the DENY wants.
    private static bool IsWherever(AuthorizationPolicyResource deny, AuthorizationPolicyResource allow) =>
        deny.Selector is not { IsEmpty: false } selector || (allow.Selector is { } own && selector.Matches(own.MatchLabels));

    private static void Check(AnalysisContext context, AuthorizationPolicyResource allow, AuthorizationPolicyResource deny)
    {
        for (var i = 0; i < allow.Rules.Length; i++)
            for (var d = 0; d < deny.Rules.Length; d++)
                if (RuleCoverage.Covers(deny.Rules[d], allow.Rules[i]))
                    context.Warn(ProblemCodes.RuleShadowed, allow, $"spec.rules[{i}]",
                        $"rule {i} allows nothing: whatever it matches, rule {d} of {deny.QualifiedName} denies.");
    }
}
