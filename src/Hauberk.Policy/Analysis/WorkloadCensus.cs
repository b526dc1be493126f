using System.Collections.Immutable;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Analysis;

/// <summary>Finds the workloads that resources tell of, equal ones once.</summary>
internal static class WorkloadCensus
{
    public static ImmutableArray<KnownWorkload> Take(ResourceSet set)
    {
        var named = set.All.SelectMany(NamedBy).ToImmutableArray();
        var byNamespace = named.ToLookup(w => w.Workload.Namespace, StringComparer.Ordinal);
        var implied = set.OfKind<ServiceResource>().Where(s => s.Selector is { IsEmpty: false })
            .Where(s => !byNamespace[s.Metadata.Namespace].Any(w => WorkloadSelection.Selects(s, w.Workload)))
            .Select(s => new KnownWorkload(new() { Namespace = s.Metadata.Namespace, Labels = s.Selector!.MatchLabels }, s, IsImplied: true));
        return [.. named.Concat(implied)];
    }

    private static IEnumerable<KnownWorkload> NamedBy(Resource resource) => resource switch
    {
        WorkloadEntryResource entry => [new(WorkloadIdentity.WorkloadOf(entry), entry, IsImplied: false)],
        ServiceEntryResource { IsMeshInternal: true } entry => entry.Endpoints.Select((endpoint, i) =>
            new KnownWorkload(WorkloadIdentity.WorkloadOf(endpoint, entry.Metadata.Namespace, $"{entry.Metadata.Name}-{i}"), entry, IsImplied: false)),
        WorkloadGroupResource group => [new(MemberOf(group), group, IsImplied: false)],
        _ => [],
    };

    private static Workload MemberOf(WorkloadGroupResource group) => new()
    {
        Namespace = group.Metadata.Namespace,
        Name = group.Metadata.Name,
        ServiceAccount = group.Template.ServiceAccount,
        Labels = group.MemberLabels.SetItems(group.Template.Labels),
    };
}
