using System.Net;
using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>Something in the mesh that a resource says is its own: an address or a host.</summary>
/// <param name="Value">An address in its canonical form, or a host in lower case.</param>
/// <param name="Field">Where the resource says so.</param>
internal sealed record Claim(ClaimKind Kind, string Value, ResourceKey Owner, string Field)
{
    public static IEnumerable<Claim> Of(ResourceKey key, Resource resource) => resource switch
    {
        WorkloadEntryResource entry when Canonical(entry.Endpoint.Address) is { } address =>
            [new(ClaimKind.WorkloadAddress, address, key, "spec.address")],
        ServiceResource { ClusterIp: { } ip } when Canonical(ip) is { } address => [new(ClaimKind.VirtualAddress, address, key, "spec.clusterIP")],
        ServiceEntryResource entry => OfServiceEntry(key, entry),
        _ => [],
    };

    /// <summary>Whether both cannot stand. Within a namespace its owner may name one thing twice; what is virtual or a workload is one thing only.</summary>
    public bool Excludes(Claim other)
    {
        if (Value != other.Value || Owner == other.Owner) return false;
        if (Kind == ClaimKind.VirtualAddress || other.Kind == ClaimKind.VirtualAddress) return true;
        if (Kind == ClaimKind.WorkloadAddress && other.Kind == ClaimKind.WorkloadAddress) return true;
        if (Owner.Namespace == other.Owner.Namespace) return false;
        // Two namespaces may both describe the same thing outside the mesh: there are no identities to take over.
        return !(IsOutside(Kind) && IsOutside(other.Kind));
    }

    /// <summary>Null where the text is no address ("None", a name, a range).</summary>
    public static string? Canonical(string address) => IPAddress.TryParse(address, out var parsed) ? Canonical(parsed) : null;

    public static string Canonical(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    private static IEnumerable<Claim> OfServiceEntry(ResourceKey key, ServiceEntryResource entry)
    {
        var (addressKind, hostKind) = entry.IsMeshInternal
            ? (ClaimKind.ServiceEntryAddress, ClaimKind.ServiceEntryHost)
            : (ClaimKind.ExternalAddress, ClaimKind.ExternalHost);
        for (var i = 0; i < entry.Addresses.Length; i++)
            yield return new(addressKind, Canonical(entry.Addresses[i]) ?? entry.Addresses[i], key, $"spec.addresses[{i}]");
        for (var i = 0; i < entry.Hosts.Length; i++)
            yield return new(hostKind, entry.Hosts[i].ToLowerInvariant(), key, $"spec.hosts[{i}]");
    }

    private static bool IsOutside(ClaimKind kind) => kind is ClaimKind.ExternalAddress or ClaimKind.ExternalHost;
}
