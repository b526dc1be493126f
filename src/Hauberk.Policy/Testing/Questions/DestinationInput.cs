using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Testing.Questions;

/// <summary>A host in a question. It need not exist: DestinationRules go by the name alone.</summary>
internal static class DestinationInput
{
    /// <param name="fallbackNamespace">Of the service, where neither a resource nor the name tells it.</param>
    public static ResolvedDestination Of(ResourceSet set, string host, Workload client, string fallbackNamespace)
    {
        if (new EndpointResolution(set).ForHost(host, client.Namespace) is { } known) return known;
        var full = ServiceHost.Qualify(host, client.Namespace, set.Mesh);
        var suffix = $".svc.{set.Mesh.DnsSuffix}";
        var isService = full.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && full[..^suffix.Length].Split('.').Length == 2;
        return new ResolvedDestination { Host = full, Namespace = isService ? full.Split('.')[1] : fallbackNamespace };
    }

    /// <summary>The workload port behind a service port: as the Service or ServiceEntry says, else the same.</summary>
    public static int WorkloadPort(ResourceSet set, ResolvedDestination destination, int servicePort, Workload server)
    {
        var named = WorkloadSelection.NamedPorts(set, server);
        foreach (var resource in set.All)
        {
            var port = resource switch
            {
                ServiceResource s when ServiceHost.Of(s, set.Mesh) == destination.Host => s.Ports.FirstOrDefault(p => p.Number == servicePort),
                ServiceEntryResource e when e.Hosts.Contains(destination.Host) => e.Ports.FirstOrDefault(p => p.Number == servicePort),
                _ => null,
            };
            var ports = resource is ServiceEntryResource entry ? WorkloadSelection.PortsIn(entry, server, named) ?? named : named;
            if (port is not null && TargetPort.Of(port, ports) is { } target) return target;
        }
        return servicePort;
    }
}
