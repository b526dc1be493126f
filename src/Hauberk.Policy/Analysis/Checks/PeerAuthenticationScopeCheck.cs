using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 1.1 and 1.3: PeerAuthentications that have no effect.</summary>
internal static class PeerAuthenticationScopeCheck
{
    public static void Run(AnalysisContext context)
    {
        var policies = context.Set.OfKind<PeerAuthenticationResource>().ToList();
        foreach (var policy in policies.Where(p => HasSelector(p) && p.Metadata.Namespace == context.Mesh.RootNamespace))
            context.Warn(ProblemCodes.RootSelectorIgnored, policy, "spec.selector", "with a selector in the root namespace it is ignored for every workload.");

        foreach (var scope in policies.Where(p => !HasSelector(p)).GroupBy(p => p.Metadata.Namespace)) ReportLosers(context, scope);
        foreach (var known in context.Workloads)
            ReportLosers(context, context.SetFor(known).OfKind<PeerAuthenticationResource>().Where(
                p => ServerModeResolution.ScopeOf(p, context.Mesh.RootNamespace, known.Workload) == ModeScope.Workload));
        // The same selector twice needs no workload to be seen.
        foreach (var same in policies.Where(HasSelector).GroupBy(p => (p.Metadata.Namespace, SelectorText(p)))) ReportLosers(context, same);
    }

    private static void ReportLosers(AnalysisContext context, IEnumerable<PeerAuthenticationResource> scope)
    {
        // One name twice has a code of its own.
        var ordered = scope.OrderBy(p => p, OldestFirst.Instance).DistinctBy(p => p.QualifiedName).ToList();
        foreach (var loser in ordered.Skip(1))
            context.Warn(ProblemCodes.PeerAuthenticationLoses, loser, "metadata.name",
                $"{ordered[0].QualifiedName} speaks for the same workloads and comes first; nothing is merged, so this one has no effect on them.");
    }

    private static bool HasSelector(PeerAuthenticationResource policy) => policy.Selector is { IsEmpty: false };

    private static string SelectorText(PeerAuthenticationResource policy) =>
        string.Join(',', policy.Selector!.MatchLabels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));
}
