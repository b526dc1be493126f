using Hauberk.Identity;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Policies that speak of no workload or host that the resources know.</summary>
internal sealed class SelectsNothingCheck
{
    private readonly AnalysisContext context;
    private readonly KnownHosts hosts;
    private readonly ILookup<string, KnownWorkload> workloads;
    private readonly HashSet<string> namespaces;

    private SelectsNothingCheck(AnalysisContext context)
    {
        this.context = context;
        hosts = new KnownHosts(context.Set);
        workloads = context.Workloads.ToLookup(w => w.Workload.Namespace, StringComparer.Ordinal);
        namespaces = context.Set.All.Select(NamespaceToldBy).OfType<string>().ToHashSet(StringComparer.Ordinal);
    }

    public static void Run(AnalysisContext context)
    {
        var check = new SelectsNothingCheck(context);
        foreach (var resource in context.Set.All) check.Look(resource);
    }

    private void Look(Resource resource)
    {
        switch (resource)
        {
            // In the root namespace its selector is ignored, which has a code of its own.
            case PeerAuthenticationResource { Selector.IsEmpty: false } when resource.Metadata.Namespace == context.Mesh.RootNamespace: break;
            case PeerAuthenticationResource policy: LookForWorkloads(policy, policy.Selector); break;
            case AuthorizationPolicyResource { TargetRefs.IsEmpty: true } policy: LookForWorkloads(policy, policy.Selector); break;
            case RequestAuthenticationResource { TargetRefs.IsEmpty: true } policy: LookForWorkloads(policy, policy.Selector); break;
            case DestinationRuleResource rule: LookForHost(rule); break;
        }
    }

    private void LookForWorkloads(Resource policy, LabelSelector? selector)
    {
        var ns = policy.Metadata.Namespace;
        var isMeshWide = ns == context.Mesh.RootNamespace;
        var inScope = isMeshWide ? context.Workloads : workloads[ns];
        if (inScope.Any() && !inScope.Any(w => w.MayHave(selector)))
            context.Warn(ProblemCodes.SelectsNothing, policy, "spec.selector", $"no workload known {(isMeshWide ? "in the mesh" : $"in namespace {ns}")} has these labels.");
        // A folder of policies alone knows no namespaces at all.
        else if (!isMeshWide && context.Workloads.Length > 0 && !namespaces.Contains(ns))
            context.Warn(ProblemCodes.SelectsNothing, policy, "metadata.namespace", ns == SpiffeId.SystemNamespace
                ? $"no workload can be in {ns}, which is the mesh's own; what is for the whole mesh goes to {context.Mesh.RootNamespace}."
                : $"nothing is known of a namespace {ns}.");
    }

    private void LookForHost(DestinationRuleResource rule)
    {
        var host = ServiceHost.Qualify(rule.Host, rule.Metadata.Namespace, context.Mesh);
        if (hosts.IsEmpty || hosts.IsKnown(host)) return;
        if (hosts.MeantBy(rule.Host) is { } meant)
            context.Warn(ProblemCodes.SelectsNothing, rule, "spec.host", $"\"{ForeignText.Shown(rule.Host)}\" is taken as it stands; the service's host is {ServiceHost.Of(meant, context.Mesh)}.");
        else if (host.EndsWith($".svc.{context.Mesh.DnsSuffix}", StringComparison.OrdinalIgnoreCase))
            context.Warn(ProblemCodes.SelectsNothing, rule, "spec.host", $"no service known has the host {ForeignText.Shown(host)}.");
    }

    private static string? NamespaceToldBy(Resource resource) => resource switch
    {
        NamespaceResource => resource.Metadata.Name,
        ServiceResource or ServiceEntryResource or WorkloadEntryResource or WorkloadGroupResource => resource.Metadata.Namespace,
        _ => null,
    };
}
