using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Hauberk.Sidecar.Configuration;

/// <summary>What the mesh knows of each address: the map that every sidecar holds whole. Immutable.</summary>
public sealed class AddressIndex
{
    private readonly ImmutableDictionary<string, AddressIndexEntry> byKey;
    private readonly ImmutableArray<(IPNetwork Network, AddressIndexEntry Entry)> networks;

    private AddressIndex(
        ImmutableDictionary<string, AddressIndexEntry> byKey, ImmutableArray<(IPNetwork Network, AddressIndexEntry Entry)> networks)
    {
        this.byKey = byKey;
        this.networks = networks;
    }

    public static AddressIndex Empty { get; } = new(ImmutableDictionary.Create<string, AddressIndexEntry>(StringComparer.Ordinal), []);

    /// <summary>Addresses, networks and hosts.</summary>
    public int Count => byKey.Count;

    public IEnumerable<string> Keys => byKey.Keys;

    /// <summary>By the address itself, else by the narrowest network that has it.</summary>
    public bool TryFind(IPAddress address, [NotNullWhen(true)] out AddressIndexEntry? entry)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (byKey.TryGetValue(address.ToString(), out entry))
            return true;
        foreach (var (network, networkEntry) in networks)
        {
            if (!network.Contains(address))
                continue;
            entry = networkEntry;
            return true;
        }
        return false;
    }

    /// <param name="changed">Keys as they came: an address, a network in CIDR form, or a host. A null entry takes the key out.</param>
    public AddressIndex With(IEnumerable<KeyValuePair<string, AddressIndexEntry?>> changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        var keys = byKey.ToBuilder();
        var networksChanged = false;
        foreach (var (key, entry) in changed)
        {
            networksChanged |= key.Contains('/', StringComparison.Ordinal);
            if (entry is null)
                keys.Remove(key);
            else
                keys[key] = entry;
        }
        var after = keys.ToImmutable();
        return new AddressIndex(after, networksChanged ? NetworksOf(after) : networks);
    }

    private static ImmutableArray<(IPNetwork, AddressIndexEntry)> NetworksOf(ImmutableDictionary<string, AddressIndexEntry> keys) =>
        [.. keys.Where(static k => k.Key.Contains('/', StringComparison.Ordinal))
            .Select(static k => (IsNetwork: IPNetwork.TryParse(k.Key, out var network), Network: network, Entry: k.Value))
            .Where(static k => k.IsNetwork)
            .OrderByDescending(static k => k.Network.PrefixLength)
            .Select(static k => (k.Network, k.Entry))];
}
