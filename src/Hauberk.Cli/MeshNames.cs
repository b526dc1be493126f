using System.Collections.Immutable;
using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Cli;

/// <summary>
/// What people call the ends of a connection: "namespace/workload", a service's host, a SPIFFE ID or an IP address. A name that means nothing is
/// a problem, in words.
/// </summary>
internal sealed class MeshNames(ResourceSet mesh)
{
    private readonly ImmutableArray<WorkloadEntryResource> workloads = [.. mesh.OfKind<WorkloadEntryResource>()];
    private readonly EndpointResolution resolution = new(mesh);

    /// <summary>Several for a service whose workloads differ.</summary>
    public ImmutableArray<ExplainedClient> Clients(string name, out string problem)
    {
        problem = "";
        if (name.StartsWith("spiffe://", StringComparison.Ordinal))
        {
            if (SpiffeId.TryParse(name, out var identity, out var fault)) return [ExplainedClient.OfIdentity(identity)];
            problem = fault.Message;
            return [];
        }
        if (IPAddress.TryParse(name, out var address))
            return WorkloadsAt(address) is [var at, ..] ? [Client(at)] : [ExplainedClient.OfAddress(address)];
        if (name.Contains('/', StringComparison.Ordinal)) return Named(name, out problem) is { } entry ? [Client(WorkloadIdentity.WorkloadOf(entry))] : [];
        if (resolution.ForHost(name, "") is not { } service)
            problem = $"no service has the host {name}";
        else if (service.Endpoints.IsEmpty)
            problem = $"the service {service.Host} has no workload";
        else
            return [.. service.Endpoints.Select(e => e.Workload).DistinctBy(w => (w.Namespace, w.ServiceAccount, w.HasSidecar)).Select(Client)];
        return [];
    }

    /// <summary>A call to whatever the name stands for.</summary>
    public ConnectionExplanation? Call(ExplainedClient from, string name, int port, out string problem)
    {
        problem = "";
        if (name.StartsWith("spiffe://", StringComparison.Ordinal)) return CallIdentity(from, name, port, out problem);
        if (IPAddress.TryParse(name, out var address))
        {
            if (WorkloadsAt(address) is [var at, ..]) return ConnectionExplanation.Explain(mesh, from, at, port);
            var service = resolution.All().FirstOrDefault(d => d.Addresses.Any(a => Covers(a, address)));
            return ConnectionExplanation.Explain(mesh, from, service?.Host ?? name, port);
        }
        if (name.Contains('/', StringComparison.Ordinal))
            return Named(name, out problem) is { } entry ? ConnectionExplanation.Explain(mesh, from, WorkloadIdentity.WorkloadOf(entry), port) : null;
        return ConnectionExplanation.Explain(mesh, from, name, port);
    }

    /// <summary>The ports of the service that a call means; empty where it is no service.</summary>
    public ImmutableArray<ResolvedPort> PortsOf(string host, string fromNamespace) => resolution.ForHost(host, fromNamespace)?.Ports ?? [];

    private ConnectionExplanation? CallIdentity(ExplainedClient from, string name, int port, out string problem)
    {
        if (!SpiffeId.TryParse(name, out var identity, out var fault))
        {
            problem = fault.Message;
            return null;
        }
        problem = $"no workload of the mesh has the identity {name}";
        var trustDomains = new TrustDomainSet(mesh.Mesh);
        var answering = workloads.Select(WorkloadIdentity.WorkloadOf)
            .Where(w => trustDomains.IdentityOf(w.Namespace, w.ServiceAccount) == identity)
            .Select(w => ConnectionExplanation.Explain(mesh, from, w, port)).ToList();
        return answering.Count == 0 ? null : answering[0] with { Host = name, Endpoints = [.. answering.SelectMany(a => a.Endpoints)] };
    }

    private ExplainedClient Client(Workload workload) => ExplainedClient.OfWorkload(workload, mesh.Mesh);

    private WorkloadEntryResource? Named(string name, out string problem)
    {
        var found = workloads.FirstOrDefault(w => w.QualifiedName == name);
        var @namespace = name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)];
        var near = workloads.Select(w => w.QualifiedName).Where(n => n.StartsWith(@namespace, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(20).ToList();
        problem = found is not null ? ""
            : near.Count > 0 ? $"there is no workload {name}; that namespace has {string.Join(", ", near)}"
            : $"there is no workload {name}, nor any other in that namespace";
        return found;
    }

    private ImmutableArray<Workload> WorkloadsAt(IPAddress address) =>
        [.. workloads.Where(w => IPAddress.TryParse(w.Endpoint.Address, out var at) && at.Equals(address)).Select(WorkloadIdentity.WorkloadOf)];

    private static bool Covers(string addressOrBlock, IPAddress address) =>
        IPNetwork.TryParse(addressOrBlock, out var block) ? block.Contains(address) : IPAddress.TryParse(addressOrBlock, out var one) && one.Equals(address);
}
