using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Analysis;

/// <summary>Hosts that Services and ServiceEntries have.</summary>
internal sealed class KnownHosts
{
    private readonly MeshConfigResource mesh;
    private readonly Dictionary<string, ServiceResource> services = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> exact = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> wildcards = [];

    public KnownHosts(ResourceSet set)
    {
        mesh = set.Mesh;
        foreach (var service in set.OfKind<ServiceResource>()) services.TryAdd(ServiceHost.Of(service, mesh), service);
        exact.UnionWith(services.Keys);
        foreach (var host in set.OfKind<ServiceEntryResource>().SelectMany(e => e.Hosts))
            if (ServiceHost.IsWildcard(host)) wildcards.Add(host);
            else exact.Add(host);
    }

    public bool IsEmpty => exact.Count == 0 && wildcards.Count == 0;

    /// <param name="host">Of a rule: fully qualified, perhaps a wildcard.</param>
    public bool IsKnown(string host) => exact.Contains(host)
        || wildcards.Any(w => ServiceHost.Covers(w, host) || ServiceHost.Covers(host, w))
        || (ServiceHost.IsWildcard(host) && exact.Any(known => ServiceHost.Covers(host, known)));

    /// <summary>The service that a host without the mesh's suffix ("payments.pay") stands for.</summary>
    public ServiceResource? MeantBy(string host)
    {
        foreach (var full in (string[])[$"{host}.{mesh.DnsSuffix}", $"{host}.svc.{mesh.DnsSuffix}"])
            if (services.TryGetValue(full, out var service)) return service;
        return null;
    }
}
