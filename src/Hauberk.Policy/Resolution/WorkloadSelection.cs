using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>Which resources speak about which workload: by labels, and by address where there are no labels to go by.</summary>
public static class WorkloadSelection
{
    public static bool Selects(ServiceResource service, Workload workload)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(workload);
        return service.Metadata.Namespace == workload.Namespace
            && service.Selector is { IsEmpty: false } selector && selector.Matches(workload.Labels);
    }

    /// <summary>The named ports under which a ServiceEntry knows the workload; null: it does not have it as an endpoint.</summary>
    public static ImmutableDictionary<string, int>? PortsIn(
        ServiceEntryResource entry, Workload workload, ImmutableDictionary<string, int> ownPorts)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(workload);
        if (entry.Metadata.Namespace != workload.Namespace) return null;
        if (entry.WorkloadSelector is { IsEmpty: false } selector)
            return selector.Matches(workload.Labels) ? ownPorts : null;
        return entry.Endpoints.FirstOrDefault(e => e.Address.Length > 0 && workload.Addresses.Contains(e.Address))?.Ports;
    }

    /// <summary>Workload ports by name, from the WorkloadEntries that stand for the workload.</summary>
    public static ImmutableDictionary<string, int> NamedPorts(ResourceSet set, Workload workload)
    {
        ArgumentNullException.ThrowIfNull(set);
        var ports = ImmutableDictionary<string, int>.Empty;
        foreach (var entry in set.OfKind<WorkloadEntryResource>().Where(e => StandsFor(e, workload)).OrderByDescending(e => e, OldestFirst.Instance))
            ports = ports.SetItems(entry.Endpoint.Ports);
        return ports;
    }

    public static bool StandsFor(WorkloadEntryResource entry, Workload workload)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(workload);
        return entry.Metadata.Namespace == workload.Namespace
            && (entry.Metadata.Name == workload.Name
                || (entry.Endpoint.Address.Length > 0 && workload.Addresses.Contains(entry.Endpoint.Address)));
    }

    /// <summary>Why an AuthorizationPolicy does not apply to a workload's sidecar, as a sentence; null: it applies (specification 3.1).</summary>
    public static string? WhyNotSelected(AuthorizationPolicyResource policy, string rootNamespace, Workload workload)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(workload);
        if (policy.Metadata.Namespace != rootNamespace && policy.Metadata.Namespace != workload.Namespace)
            return $"It is in namespace {policy.Metadata.Namespace}, the workload in {workload.Namespace}.";
        if (policy.TargetRefs.Length > 0)
            return "It has targetRefs, which are not for sidecars.";
        if (policy.Selector is not { IsEmpty: false } selector)
            return null;
        foreach (var (key, value) in selector.MatchLabels.OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            if (!workload.Labels.TryGetValue(key, out var actual))
                return $"Its selector wants the label {key}={value}, the workload has no {key}.";
            if (actual != value)
                return $"Its selector wants the label {key}={value}, the workload has {key}={actual}.";
        }
        return null;
    }
}
