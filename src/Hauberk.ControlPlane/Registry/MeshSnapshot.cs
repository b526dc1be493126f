using System.Collections.Immutable;
using Hauberk.Api.Distribution;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>The mesh at one revision of the store. Immutable.</summary>
internal sealed record MeshSnapshot
{
    public long Revision { get; init; }

    /// <summary>When the first of the changes that led to it was seen (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public long ChangedAt { get; init; }

    public required MeshConfigResource Mesh { get; init; }

    public required VersionedResource MeshSettings { get; init; }

    public ImmutableDictionary<string, NamespaceSnapshot> Namespaces { get; init; } =
        ImmutableDictionary.Create<string, NamespaceSnapshot>(StringComparer.Ordinal);

    public AddressIndex Addresses { get; init; } = AddressIndex.Empty;

    /// <summary>WorkloadEntries by address.</summary>
    public ImmutableDictionary<string, WorkloadEntryResource> WorkloadsByAddress { get; init; } =
        ImmutableDictionary.Create<string, WorkloadEntryResource>(StringComparer.Ordinal);

    public IEnumerable<WorkloadEntryResource> Workloads => Namespaces.Values.SelectMany(static n => n.Workloads.Values);

    /// <param name="workload">"namespace/name".</param>
    public WorkloadEntryResource? FindWorkload(string workload) =>
        workload.Split('/') is [var @namespace, var name] && Namespaces.TryGetValue(@namespace, out var found)
            ? found.Workloads.GetValueOrDefault(name)
            : null;

    /// <summary>The namespace that offers a destination of this name, should there be one.</summary>
    public NamespaceSnapshot? NamespaceOf(string destination)
    {
        var path = destination.StartsWith(NamedDestination.WorkloadPrefix, StringComparison.Ordinal)
            ? destination[NamedDestination.WorkloadPrefix.Length..]
            : destination;
        return path.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? Namespaces.GetValueOrDefault(path[..slash]) : null;
    }

    public static MeshSnapshot Empty(MeshConfigResource mesh) => new() { Mesh = mesh, MeshSettings = SettingsOf(mesh) };

    public static VersionedResource SettingsOf(MeshConfigResource mesh) =>
        VersionedResource.Of(new MeshSettings { MeshConfig = mesh.ToMessage() });
}
