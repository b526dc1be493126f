using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>
/// From Services, ServiceEntries and WorkloadEntries to destinations with their endpoints: who they are, where they listen, what they
/// accept. The control plane distributes the result; the CLI explains with it.
/// </summary>
public sealed class EndpointResolution(ResourceSet set)
{
    private const string AccountsAnnotation = "alpha.istio.io/kubernetes-serviceaccounts";
    private const string CanonicalAccountsAnnotation = "alpha.istio.io/canonical-serviceaccounts";

    private readonly TrustDomainSet trustDomains = new(set.Mesh);
    private readonly ILookup<string, WorkloadEntryResource> workloads =
        set.OfKind<WorkloadEntryResource>().ToLookup(w => w.Metadata.Namespace, StringComparer.Ordinal);

    /// <summary>Every service host of the mesh, each once: where several resources claim a host, the oldest has it.</summary>
    public ImmutableArray<ResolvedDestination> All() =>
        [.. set.All.Where(r => r is ServiceResource or ServiceEntryResource).OrderBy(r => r, OldestFirst.Instance)
            .SelectMany(Resolve).DistinctBy(d => d.Host, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The destination that an application in <paramref name="fromNamespace"/> means by <paramref name="host"/>; null: none.</summary>
    public ResolvedDestination? ForHost(string host, string fromNamespace)
    {
        ArgumentNullException.ThrowIfNull(host);
        var service = set.OfKind<ServiceResource>().FirstOrDefault(s => ServiceHost.Names(host, fromNamespace, s, set.Mesh));
        if (service is not null) return Resolve(service).Single();
        var entries = set.OfKind<ServiceEntryResource>()
            .Where(e => Visibility.Allows(e.ExportTo, e.Metadata.Namespace, fromNamespace)).OrderBy(e => e, OldestFirst.Instance).ToList();
        return entries.SelectMany(e => e.Hosts.Select(h => (Entry: e, Pattern: h)))
            .Where(x => ServiceHost.Covers(x.Pattern, host))
            .OrderByDescending(x => ServiceHost.IsWildcard(x.Pattern) ? x.Pattern.Length : int.MaxValue)
            .Select(x => Resolve(x.Entry, x.Pattern)).FirstOrDefault();
    }

    /// <summary>A workload called by its own address: its ports are workload ports.</summary>
    public ResolvedDestination ForWorkload(WorkloadEntryResource entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var workload = WorkloadIdentity.WorkloadOf(entry);
        var declared = DeclaredPorts.Of(set, workload);
        var ports = declared.Declarations.Select(d => d.WorkloadPort).Concat(entry.Endpoint.Ports.Values).Distinct().Order().ToList();
        return new ResolvedDestination
        {
            Host = entry.Endpoint.Address,
            Namespace = entry.Metadata.Namespace,
            Addresses = workload.Addresses,
            Ports = [.. ports.Select(p => new ResolvedPort(p, "", declared.ProtocolOf(p)))],
            Endpoints = [EndpointOf(entry.Endpoint, workload, ports.ToImmutableSortedDictionary(p => p, p => p))],
        };
    }

    /// <summary>The destinations of one Service or ServiceEntry, one for each host; none for any other kind.</summary>
    public IEnumerable<ResolvedDestination> Resolve(Resource resource) => resource switch
    {
        ServiceResource service => [ResolveService(service)],
        ServiceEntryResource entry => entry.Hosts.Select(host => Resolve(entry, host)),
        _ => [],
    };

    private ResolvedDestination ResolveService(ServiceResource service)
    {
        var ports = service.Ports
            .Select(p => (Port: p, Protocol: ProtocolSelection.Of(p.Number, p.Name, p.Protocol, p.AppProtocol))).ToImmutableArray();
        return new ResolvedDestination
        {
            Host = ServiceHost.Of(service, set.Mesh),
            Namespace = service.Metadata.Namespace,
            IsExternal = service.Type == "ExternalName",
            Addresses = service.ClusterIp is null or "None" or "" ? [] : [service.ClusterIp],
            ExtraIdentities = [.. DeclaredAccounts(service)],
            Ports = Proxied(ports),
            Endpoints = service.Selector is { IsEmpty: false } selector
                ? Selected(selector, service.Metadata.Namespace, service.Ports)
                : [],
        };
    }

    private ResolvedDestination Resolve(ServiceEntryResource entry, string host)
    {
        var ports = entry.Ports
            .Select(p => (Port: p, Protocol: ProtocolSelection.OfServiceEntry(p.Number, p.Name, p.Protocol, p.AppProtocol))).ToImmutableArray();
        return new ResolvedDestination
        {
            Host = host,
            Namespace = entry.Metadata.Namespace,
            IsExternal = !entry.IsMeshInternal,
            Addresses = entry.Addresses,
            ExtraIdentities = entry.SubjectAltNames,
            Ports = Proxied(ports),
            Endpoints = entry.WorkloadSelector is { IsEmpty: false } selector
                ? Selected(selector, entry.Metadata.Namespace, entry.Ports)
                : [.. entry.Endpoints.Select((e, i) => EndpointOf(
                    e, WorkloadIdentity.WorkloadOf(e, entry.Metadata.Namespace, $"{entry.Metadata.Name}-{i}"), PortMap(entry.Ports, e)))],
        };
    }

    private ImmutableArray<ResolvedEndpoint> Selected(LabelSelector selector, string @namespace, ImmutableArray<ServicePort> ports) =>
        [.. workloads[@namespace].Where(w => selector.Matches(w.Endpoint.Labels)).OrderBy(w => w.Metadata.Name, StringComparer.Ordinal)
            .Select(w => EndpointOf(w.Endpoint, WorkloadIdentity.WorkloadOf(w), PortMap(ports, w.Endpoint)))];

    private ResolvedEndpoint EndpointOf(WorkloadEndpoint endpoint, Workload workload, ImmutableSortedDictionary<int, int> ports) => new()
    {
        Workload = workload,
        Address = endpoint.Address,
        Identity = endpoint.ServiceAccount.Length > 0 ? trustDomains.IdentityOf(workload.Namespace, endpoint.ServiceAccount) : null,
        HasSidecar = workload.HasSidecar,
        WorkloadPorts = ports,
        Modes = ServerModeResolution.Resolve(set, workload),
        Weight = endpoint.Weight,
    };

    private static ImmutableSortedDictionary<int, int> PortMap(ImmutableArray<ServicePort> ports, WorkloadEndpoint endpoint)
    {
        var map = ImmutableSortedDictionary.CreateBuilder<int, int>();
        foreach (var port in ports.Where(p => !p.Protocol.Equals("UDP", StringComparison.OrdinalIgnoreCase)))
            if (TargetPort.Of(port, endpoint.Ports) is { } target) map[port.Number] = target;
        return map.ToImmutable();
    }

    private static ImmutableArray<ResolvedPort> Proxied(ImmutableArray<(ServicePort Port, DeclaredProtocol Protocol)> ports) =>
        [.. ports.Where(p => p.Protocol != DeclaredProtocol.Udp).Select(p => new ResolvedPort(p.Port.Number, p.Port.Name, p.Protocol))];

    private IEnumerable<string> DeclaredAccounts(ServiceResource service)
    {
        foreach (var account in Listed(service, AccountsAnnotation))
        {
            if (account.Contains('/', StringComparison.Ordinal)) yield return account;
            else if (trustDomains.IdentityOf(service.Metadata.Namespace, account) is { } id) yield return id.ToString();
        }
        foreach (var identity in Listed(service, CanonicalAccountsAnnotation)) yield return identity;
    }

    private static string[] Listed(ServiceResource service, string annotation) =>
        service.Metadata.Annotations.TryGetValue(annotation, out var list)
            ? list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];
}
