using System.Net;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using CoreResource = Hauberk.Policy.Resources.Resource;

namespace Hauberk.Api.Distribution;

public static class DestinationConversion
{
    /// <param name="policies">DestinationRules that may apply for the client.</param>
    public static Destination ToMessage(this ResolvedDestination destination, IEnumerable<CoreResource> policies)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(policies);
        var message = new Destination { Host = destination.Host, Namespace = destination.Namespace, External = destination.IsExternal };
        message.Ports.AddRange(destination.Ports.Select(static p => new DestinationPort
        {
            Number = (uint)p.Number,
            Name = p.Name,
            Protocol = p.Protocol.ToString().ToLowerInvariant(),
        }));
        // Names that only DNS can resolve are the application's to resolve: the sidecar is called with an address.
        message.Endpoints.AddRange(destination.Endpoints.Where(static e => IPAddress.TryParse(e.Address, out _)).Select(ToMessage));
        message.ExtraIdentities.AddRange(destination.ExtraIdentities);
        message.Policies.AddRange(policies.Select(PolicyResourceConversion.ToMessage));
        return message;
    }

    private static Endpoint ToMessage(ResolvedEndpoint endpoint)
    {
        var message = new Endpoint
        {
            Namespace = endpoint.Workload.Namespace,
            Workload = endpoint.Workload.Name,
            Address = endpoint.Address,
            Identity = endpoint.Identity?.ToString() ?? "",
            TlsMode = endpoint.HasSidecar ? "istio" : "disabled",
            DefaultServerMode = Text(endpoint.Modes.WorkloadMode),
            TunnelPort = endpoint.HasSidecar ? (uint)(endpoint.Workload.TunnelPort ?? 0) : 0,
        };
        // Sorted: equal endpoints must give equal bytes.
        foreach (var (key, value) in endpoint.Workload.Labels.OrderBy(static l => l.Key, StringComparer.Ordinal)) message.Labels.Add(key, value);
        foreach (var (port, target) in endpoint.WorkloadPorts) message.WorkloadPorts.Add((uint)port, (uint)target);
        foreach (var (port, mode) in endpoint.Modes.PortModes.OrderBy(static m => m.Key)) message.ServerModes.Add((uint)port, Text(mode));
        return message;
    }

    private static string Text(ServerMode mode) => mode.ToString().ToUpperInvariant();
}
