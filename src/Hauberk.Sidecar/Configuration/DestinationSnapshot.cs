using System.Collections.Immutable;

namespace Hauberk.Sidecar.Configuration;

/// <summary>All that is needed to call one service or workload.</summary>
public sealed record DestinationSnapshot
{
    /// <summary>"namespace/host" for a service, "workload/namespace/name" for a workload called by its own address.</summary>
    public required string Name { get; init; }

    public required string Host { get; init; }

    public required string Namespace { get; init; }

    /// <summary>For a service, no other port exists. For a workload called by its own address, those that are declared; it may have others.</summary>
    public ImmutableArray<DestinationPort> Ports { get; init; } = [];

    public ImmutableArray<DestinationEndpoint> Endpoints { get; init; } = [];

    /// <summary>MESH_EXTERNAL: bytes go on as the application sent them.</summary>
    public bool IsExternal { get; init; }

    public required DestinationPolicy Policy { get; init; }
}
