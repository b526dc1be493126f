using System.Collections.Frozen;
using System.Collections.Immutable;
using Hauberk.Identity;

namespace Hauberk.Sidecar.Configuration;

/// <summary>All that is needed to call one service or workload.</summary>
public sealed record DestinationSnapshot
{
    /// <summary>"namespace/host" for a service, "workload/namespace/name" for a workload called by its own address.</summary>
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required string Namespace { get; init; }

    /// <summary>For a service, no other port exists. Empty for a workload called by its own address: every port does.</summary>
    public ImmutableArray<DestinationPort> Ports { get; init; } = [];

    public ImmutableArray<DestinationEndpoint> Endpoints { get; init; } = [];

    /// <summary>The secure-naming set (specification 5.2): of every endpoint, and those declared beside them. Empty refuses every server.</summary>
    public FrozenSet<SpiffeId> Identities { get; init; } = FrozenSet<SpiffeId>.Empty;

    /// <summary>MESH_EXTERNAL: bytes go on as the application sent them.</summary>
    public bool IsExternal { get; init; }
}
