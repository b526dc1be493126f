using System.Collections.Frozen;
using System.Collections.Immutable;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>
/// All that decides about one namespace, and what it offers. Made anew only when something in it, in the root namespace or in the mesh settings
/// changes: whatever was computed from the same instance is still true.
/// </summary>
internal sealed class NamespaceSnapshot
{
    /// <param name="own">The namespace's resources and its Namespace.</param>
    /// <param name="root">Those of the root namespace, which count everywhere.</param>
    public NamespaceSnapshot(string name, IReadOnlyCollection<Resource> own, IReadOnlyCollection<Resource> root, MeshConfigResource mesh)
    {
        Name = name;
        Set = new ResourceSet(name == mesh.RootNamespace ? own : own.Concat(root), mesh);
        var resolution = new EndpointResolution(Set);
        Workloads = own.OfType<WorkloadEntryResource>().ToFrozenDictionary(static w => w.Metadata.Name, StringComparer.Ordinal);
        Destinations =
        [
            .. own.Where(static r => r is ServiceResource or ServiceEntryResource)
                .SelectMany(r => resolution.Resolve(r).Select(d => NamedDestination.OfService(d, r))).DistinctBy(static d => d.Name),
            .. OfWorkloads(),
        ];
        byName = Destinations.ToFrozenDictionary(static d => d.Name, StringComparer.Ordinal);
    }

    private readonly FrozenDictionary<string, NamedDestination> byName;

    public string Name { get; }

    /// <summary>The namespace's resources and those of the root namespace.</summary>
    public ResourceSet Set { get; }

    public FrozenDictionary<string, WorkloadEntryResource> Workloads { get; }

    public ImmutableArray<NamedDestination> Destinations { get; }

    /// <summary>An address belongs to one workload, so no other decides about it: looking at all of them for each would cost the square.</summary>
    private IEnumerable<NamedDestination> OfWorkloads()
    {
        var deciding = Set.All.Where(static r => r is not WorkloadEntryResource).ToList();
        return Workloads.Values.Select(w => NamedDestination.OfWorkload(new EndpointResolution(Set.With(deciding.Append(w))).ForWorkload(w), w));
    }

    public NamedDestination? Find(string destination) => byName.GetValueOrDefault(destination);
}
