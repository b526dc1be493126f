using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Slicing;

/// <summary>The part of a mesh that decides for one receiver. Slicing never changes a decision.</summary>
public static class Slice
{
    /// <summary>What decides about connections into a workload, and what tells its ports.</summary>
    public static ResourceSet ForWorkload(ResourceSet set, Workload workload)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(workload);
        var named = WorkloadSelection.NamedPorts(set, workload);
        return set.With(set.All.Where(resource => resource switch
        {
            PeerAuthenticationResource policy => ServerModeResolution.ScopeOf(policy, set.Mesh.RootNamespace, workload) is not null,
            AuthorizationPolicyResource policy => WorkloadSelection.WhyNotSelected(policy, set.Mesh.RootNamespace, workload) is null,
            ServiceResource service => WorkloadSelection.Selects(service, workload),
            ServiceEntryResource entry => WorkloadSelection.PortsIn(entry, workload, named) is not null,
            WorkloadEntryResource entry => WorkloadSelection.StandsFor(entry, workload),
            NamespaceResource @namespace => @namespace.Metadata.Name == workload.Namespace,
            _ => false,
        }));
    }

    /// <summary>The DestinationRules that may decide what a client sends to a host.</summary>
    /// <param name="host">Fully qualified.</param>
    public static ResourceSet ForDestination(ResourceSet set, Workload client, string host)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(host);
        return set.With(set.OfKind<DestinationRuleResource>().Where(rule =>
            DestinationRuleLookup.AppliesTo(rule, client)
            && ServiceHost.Covers(ServiceHost.Qualify(rule.Host, rule.Metadata.Namespace, set.Mesh), host)));
    }
}
