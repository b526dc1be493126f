using System.Net;
using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>Something in the mesh that a resource says is its own: an address, a range of them, or a host.</summary>
/// <param name="Value">An address or range in its canonical form, or a host in lower case.</param>
/// <param name="Field">Where the resource says so.</param>
internal sealed record Claim(ClaimKind Kind, string Value, ResourceKey Owner, string Field)
{
    /// <summary>More than one address.</summary>
    public bool IsRange => AddressBlock.Parse(Value) is { IsRange: true };

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
        if (Owner == other.Owner || !Meets(other)) return false;
        if (Kind == ClaimKind.VirtualAddress || other.Kind == ClaimKind.VirtualAddress) return true;
        if (Kind == ClaimKind.WorkloadAddress && other.Kind == ClaimKind.WorkloadAddress) return true;
        if (Owner.Namespace == other.Owner.Namespace) return false;
        // Two namespaces may both describe the same thing outside the mesh: there are no identities to take over.
        return !(IsOutside(Kind) && IsOutside(other.Kind));
    }

    /// <summary>Of an address or a range; null where the text is neither ("None", a name).</summary>
    public static string? Canonical(string address) => AddressBlock.Parse(address)?.ToString();

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

    private bool Meets(Claim other) =>
        Value == other.Value || (AddressBlock.Parse(Value) is { } mine && AddressBlock.Parse(other.Value) is { } theirs && mine.Overlaps(theirs));

    private static bool IsOutside(ClaimKind kind) => kind is ClaimKind.ExternalAddress or ClaimKind.ExternalHost;
}
