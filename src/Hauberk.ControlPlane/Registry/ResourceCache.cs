using Hauberk.ControlPlane.Store;
using Hauberk.Identity;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>What is stored, read once: by the namespace in which it counts. Owned by the registry's builder.</summary>
internal sealed class ResourceCache
{
    private readonly Dictionary<string, Dictionary<ResourceKey, Resource>> byNamespace = new(StringComparer.Ordinal);

    private readonly TrustDomain trustDomain;
    private readonly MeshConfigResource defaultMesh;

    public ResourceCache(TrustDomain trustDomain)
    {
        this.trustDomain = trustDomain;
        Mesh = defaultMesh = MeshConfigDefault.Of(trustDomain);
    }

    public MeshConfigResource Mesh { get; private set; }

    public IEnumerable<string> Namespaces => byNamespace.Keys;

    public IReadOnlyCollection<Resource> In(string @namespace) => byNamespace.TryGetValue(@namespace, out var resources) ? resources.Values : [];

    public void Clear()
    {
        byNamespace.Clear();
        Mesh = defaultMesh;
    }

    /// <summary>The namespace in which the change counts; null: everywhere, or (for the control plane's own records) nowhere.</summary>
    public string? Apply(ResourceKey key, StoredResource? stored)
    {
        var resource = stored is null ? null : Read(stored);
        if (key.Plural == "meshconfigs")
        {
            if (key.Name == MeshConfigDefault.Name) Mesh = resource is MeshConfigResource written ? MeshConfigDefault.Complete(written, trustDomain) : defaultMesh;
            return null;
        }
        var @namespace = key is { Namespace: "", Plural: "namespaces" } ? key.Name : key.Namespace;
        if (resource is not null) Of(@namespace)[key] = resource;
        else if (Of(@namespace).Remove(key) && Of(@namespace).Count == 0) byNamespace.Remove(@namespace);
        return @namespace;
    }

    public static bool IsRelevant(ResourceKey key) => ResourceKinds.FindByPlural(key.Group, key.Plural) is not null;

    public static IEnumerable<GroupResource> Kinds => ResourceKinds.All.Where(static k => k.IsStored).Select(static k => new GroupResource(k.Group, k.Plural));

    private static Resource? Read(StoredResource stored) =>
        ResourceReader.Read(stored.Json, stored.Key.ToString()) is { Resources: [var resource] }
            ? resource
            : throw new InvalidDataException($"what is stored as {stored.Key} cannot be read");

    private Dictionary<ResourceKey, Resource> Of(string @namespace) =>
        byNamespace.TryGetValue(@namespace, out var resources) ? resources : byNamespace[@namespace] = [];
}
