using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Policies that speak of no workload or host that the resources know.</summary>
internal static class SelectsNothingCheck
{
    public static void Run(AnalysisContext context)
    {
        foreach (var resource in context.Set.All)
        {
            if (resource is PeerAuthenticationResource peer) CheckSelector(context, peer, peer.Selector, reachesAll: peer.Selector is not { IsEmpty: false });
            if (resource is AuthorizationPolicyResource { TargetRefs.IsEmpty: true } policy) CheckSelector(context, policy, policy.Selector, reachesAll: true);
            if (resource is RequestAuthenticationResource { TargetRefs.IsEmpty: true } request) CheckSelector(context, request, request.Selector, reachesAll: true);
            if (resource is DestinationRuleResource rule) CheckHost(context, rule);
        }
    }

    /// <param name="reachesAll">Whether in the root namespace it speaks to every namespace.</param>
    private static void CheckSelector(AnalysisContext context, Resource policy, LabelSelector? selector, bool reachesAll)
    {
        var ns = policy.Metadata.Namespace;
        if (ns == context.Mesh.RootNamespace && !reachesAll) return;
        var isMeshWide = ns == context.Mesh.RootNamespace;
        var inScope = context.Workloads.Where(w => isMeshWide || w.Workload.Namespace == ns).ToList();
        if (inScope.Count > 0 && !inScope.Any(w => w.MayHave(selector)))
            context.Warn(ProblemCodes.SelectsNothing, policy, "spec.selector", $"no workload known {(isMeshWide ? "in the mesh" : $"in namespace {ns}")} has these labels.");
        else if (!isMeshWide && IsUnknown(context, ns))
            context.Warn(ProblemCodes.SelectsNothing, policy, "metadata.namespace", $"nothing is known of a namespace {ns}.");
    }

    // Only where the resources tell of workloads elsewhere: a folder of policies alone knows no workloads at all.
    private static bool IsUnknown(AnalysisContext context, string ns) => context.Workloads.Length > 0
        && !context.Set.All.Any(r => r is NamespaceResource ? r.Metadata.Name == ns
            : r.Metadata.Namespace == ns && r is ServiceResource or ServiceEntryResource or WorkloadEntryResource or WorkloadGroupResource && r.Metadata.Namespace == ns);

    private static void CheckHost(AnalysisContext context, DestinationRuleResource rule)
    {
        var mesh = context.Mesh;
        var services = context.Set.OfKind<ServiceResource>().ToList();
        var hosts = services.Select(s => ServiceHost.Of(s, mesh)).Concat(context.Set.OfKind<ServiceEntryResource>().SelectMany(e => e.Hosts)).ToList();
        var host = ServiceHost.Qualify(rule.Host, rule.Metadata.Namespace, mesh);
        if (hosts.Count == 0 || hosts.Any(known => ServiceHost.Covers(host, known) || ServiceHost.Covers(known, host))) return;
        if (services.Find(s => ServiceHost.Names(rule.Host, rule.Metadata.Namespace, s, mesh)) is { } meant)
            context.Warn(ProblemCodes.SelectsNothing, rule, "spec.host", $"\"{ForeignText.Shown(rule.Host)}\" is taken as it stands; the service's host is {ServiceHost.Of(meant, mesh)}.");
        else if (host.EndsWith($".svc.{mesh.DnsSuffix}", StringComparison.OrdinalIgnoreCase))
            context.Warn(ProblemCodes.SelectsNothing, rule, "spec.host", $"no service known has the host {ForeignText.Shown(host)}.");
    }
}
