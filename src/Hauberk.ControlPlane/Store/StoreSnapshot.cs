using System.Collections.Immutable;

namespace Hauberk.ControlPlane.Store;

/// <summary>Everything that is stored, at one revision. Immutable: reading it never waits and never sees half of a change.</summary>
public sealed class StoreSnapshot
{
    private static readonly ImmutableSortedDictionary<(string Namespace, string Name), StoredResource> None =
        ImmutableSortedDictionary.Create<(string, string), StoredResource>(Comparer<(string Namespace, string Name)>.Create(Compare));

    private readonly ImmutableDictionary<GroupResource, ImmutableSortedDictionary<(string Namespace, string Name), StoredResource>> collections;

    private StoreSnapshot(
        long revision,
        ImmutableDictionary<GroupResource, ImmutableSortedDictionary<(string Namespace, string Name), StoredResource>> collections,
        int count,
        long bytes)
    {
        Revision = revision;
        this.collections = collections;
        Count = count;
        Bytes = bytes;
    }

    public static StoreSnapshot Empty { get; } = new(
        0, ImmutableDictionary<GroupResource, ImmutableSortedDictionary<(string, string), StoredResource>>.Empty, 0, 0);

    public long Revision { get; }

    public int Count { get; }

    /// <summary>Of the stored JSON.</summary>
    public long Bytes { get; }

    public StoredResource? Get(ResourceKey key) => Of(key.GroupResource).GetValueOrDefault((key.Namespace, key.Name));

    /// <summary>Ordered by namespace, then name.</summary>
    public IEnumerable<StoredResource> List(GroupResource kind) => Of(kind).Values;

    /// <summary>Ordered by name.</summary>
    public IEnumerable<StoredResource> List(GroupResource kind, string @namespace) =>
        Of(kind).Values.Where(r => r.Key.Namespace == @namespace);

    public StoreSnapshot With(StoredResource resource)
    {
        var before = Get(resource.Key);
        return new(
            Math.Max(Revision, resource.Revision),
            collections.SetItem(resource.Key.GroupResource, Of(resource.Key.GroupResource).SetItem((resource.Key.Namespace, resource.Key.Name), resource)),
            Count + (before is null ? 1 : 0),
            Bytes + resource.Json.Length - (before?.Json.Length ?? 0));
    }

    public StoreSnapshot Without(StoredResource resource, long revision) => new(
        revision,
        collections.SetItem(resource.Key.GroupResource, Of(resource.Key.GroupResource).Remove((resource.Key.Namespace, resource.Key.Name))),
        Count - 1,
        Bytes - resource.Json.Length);

    internal StoreSnapshot At(long revision) => new(revision, collections, Count, Bytes);

    private ImmutableSortedDictionary<(string Namespace, string Name), StoredResource> Of(GroupResource kind) =>
        collections.GetValueOrDefault(kind, None);

    private static int Compare((string Namespace, string Name) a, (string Namespace, string Name) b) =>
        string.CompareOrdinal(a.Namespace, b.Namespace) is var byNamespace and not 0 ? byNamespace : string.CompareOrdinal(a.Name, b.Name);
}
