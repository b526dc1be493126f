using System.Collections.Immutable;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Explanation;

/// <summary>"What the client sends, what the server does, which rule says so", for every endpoint that a call may reach.</summary>
/// <param name="Host">Fully qualified where the called service is known.</param>
/// <param name="Endpoints">Empty where nothing is known behind the host: the bytes then leave as the application sent them.</param>
public sealed record ConnectionExplanation(
    ExplainedClient From, string Host, int Port, bool IsExternal, ImmutableArray<EndpointExplanation> Endpoints)
{
    /// <summary>A call to a service by name.</summary>
    /// <param name="port">The service port.</param>
    public static ConnectionExplanation Explain(
        ResourceSet set, ExplainedClient from, string host, int port, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(from);
        var destination = new EndpointResolution(set).ForHost(host, from.Workload.Namespace);
        if (destination is null) return new(from, host, port, true, []);
        var explainer = new EndpointExplainer(set, from, destination, port, options ?? new());
        return new(from, destination.Host, port, destination.IsExternal,
            [.. destination.Endpoints.Where(e => e.WorkloadPorts.ContainsKey(port))
                .Select(e => explainer.Explain(e.Workload, e.WorkloadPorts[port]))]);
    }

    /// <summary>A call to a workload at its own address.</summary>
    /// <param name="port">The workload port.</param>
    public static ConnectionExplanation Explain(
        ResourceSet set, ExplainedClient from, Workload to, int port, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(to);
        var host = to.Addresses.Length > 0 ? to.Addresses[0] : to.Name;
        var explainer = new EndpointExplainer(set, from, DestinationOf(set, host, to), port, options ?? new());
        return new(from, host, port, false, [explainer.Explain(to, port)]);
    }

    /// <summary>A destination with one given endpoint, whether or not the mesh has it.</summary>
    internal static ResolvedDestination DestinationOf(ResourceSet set, string host, Workload server) => new()
    {
        Host = host,
        Namespace = server.Namespace,
        Endpoints =
        [
            new ResolvedEndpoint
            {
                Workload = server,
                Address = server.Addresses.FirstOrDefault() ?? "",
                Identity = server.HasSidecar ? new TrustDomainSet(set.Mesh).IdentityOf(server.Namespace, server.ServiceAccount) : null,
                HasSidecar = server.HasSidecar,
                WorkloadPorts = ImmutableSortedDictionary<int, int>.Empty,
                Modes = ServerModeResolution.Resolve(set, server),
            },
        ],
    };
}
