using System.Collections.Immutable;
using Hauberk.Api.Distribution;
using Hauberk.Policy.Resolution;

namespace Hauberk.ControlPlane.Registry;

/// <summary>Which addresses and hosts are whose, over the whole mesh. Immutable; a change touches only the keys of the namespace that changed.</summary>
internal sealed class AddressIndex
{
    private readonly ImmutableDictionary<string, ImmutableArray<NamedDestination>> destinations;

    private AddressIndex(
        ImmutableDictionary<string, ImmutableArray<NamedDestination>> destinations,
        ImmutableDictionary<string, VersionedResource> entries, AddressIndex? previous, ImmutableArray<string> changed) =>
        (this.destinations, Entries, Previous, Changed) = (destinations, entries, previous is null ? null : new(previous), changed);

    public static AddressIndex Empty { get; } = new(
        ImmutableDictionary.Create<string, ImmutableArray<NamedDestination>>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, VersionedResource>(StringComparer.Ordinal), null, []);

    public ImmutableDictionary<string, VersionedResource> Entries { get; }

    private WeakReference<AddressIndex>? Previous { get; }

    private ImmutableArray<string> Changed { get; }

    /// <summary>Keys that are not the same in <paramref name="older"/>: the difference is at hand where it is the one before this.</summary>
    public IEnumerable<string> ChangedSince(AddressIndex older)
    {
        if (ReferenceEquals(older, this)) return [];
        if (Previous?.TryGetTarget(out var previous) == true && ReferenceEquals(previous, older)) return Changed;
        return ChangedSince(older.Entries.Select(static e => KeyValuePair.Create(e.Key, e.Value.Version)));
    }

    /// <summary>Keys that are not the same as in what a client says that it holds.</summary>
    public IEnumerable<string> ChangedSince(IEnumerable<KeyValuePair<string, string>> versions)
    {
        var held = new Dictionary<string, string>(versions, StringComparer.Ordinal);
        return [.. Entries.Where(e => !held.TryGetValue(e.Key, out var version) || version != e.Value.Version).Select(static e => e.Key),
            .. held.Keys.Where(k => !Entries.ContainsKey(k))];
    }

    public AddressIndex Replace(IEnumerable<(NamespaceSnapshot? Old, NamespaceSnapshot? New)> namespaces)
    {
        var next = destinations.ToBuilder();
        var touched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (old, @new) in namespaces)
        {
            foreach (var destination in old?.Destinations ?? []) Update(next, touched, destination, static (all, d) => all.Remove(d));
            foreach (var destination in @new?.Destinations ?? []) Update(next, touched, destination, static (all, d) => all.Add(d));
        }
        var entries = Entries.ToBuilder();
        var changed = touched.Where(key => Write(entries, key, next)).ToImmutableArray();
        return new AddressIndex(next.ToImmutable(), changed.IsEmpty ? Entries : entries.ToImmutable(), this, changed);
    }

    private static void Update(
        ImmutableDictionary<string, ImmutableArray<NamedDestination>>.Builder all, HashSet<string> touched, NamedDestination destination,
        Func<ImmutableArray<NamedDestination>, NamedDestination, ImmutableArray<NamedDestination>> change)
    {
        foreach (var key in destination.Keys)
        {
            all[key] = change(all.GetValueOrDefault(key, []), destination);
            touched.Add(key);
        }
    }

    /// <summary>True where the entry is another now.</summary>
    private static bool Write(
        ImmutableDictionary<string, VersionedResource>.Builder entries, string key, ImmutableDictionary<string, ImmutableArray<NamedDestination>>.Builder all)
    {
        if (all[key].IsEmpty)
        {
            all.Remove(key);
            return entries.Remove(key);
        }
        var entry = new AddressIndexEntry { Key = key, Meshed = all[key].Any(static d => d.IsMeshed) };
        entry.Destinations.AddRange(all[key].OrderBy(static d => d.Source, OldestFirst.Instance).Select(static d => d.Name));
        var versioned = VersionedResource.Of(entry);
        if (entries.TryGetValue(key, out var before) && before.Version == versioned.Version) return false;
        entries[key] = versioned;
        return true;
    }
}
