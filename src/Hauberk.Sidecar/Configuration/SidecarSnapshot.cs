using System.Collections.Immutable;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Sidecar.Configuration;

/// <summary>All a sidecar needs at one version. Immutable; swapped whole in <see cref="SnapshotHolder"/>.</summary>
public sealed record SidecarSnapshot
{
    /// <summary>Counts the swaps of this process, from 1.</summary>
    public required long Version { get; init; }

    public required Workload Workload { get; init; }

    /// <summary>What decides about connections into the workload.</summary>
    public required CompiledWorkloadPolicy Policy { get; init; }

    public required MeshConfigResource Mesh { get; init; }

    public required TrustBundleSet TrustBundles { get; init; }

    /// <summary>Those whose details are held, by name.</summary>
    public ImmutableDictionary<string, DestinationSnapshot> Destinations { get; init; } =
        ImmutableDictionary<string, DestinationSnapshot>.Empty;

    public AddressIndex AddressIndex { get; init; } = AddressIndex.Empty;
}
