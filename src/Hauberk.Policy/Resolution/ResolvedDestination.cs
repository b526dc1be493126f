using System.Collections.Immutable;

namespace Hauberk.Policy.Resolution;

/// <summary>Everything a client needs to reach one service, or one workload by its own address.</summary>
public sealed record ResolvedDestination
{
    /// <summary>Fully qualified; for a workload called by its address, the address.</summary>
    public required string Host { get; init; }

    public required string Namespace { get; init; }

    /// <summary>MESH_EXTERNAL or ExternalName: bytes go on as the application sent them.</summary>
    public bool IsExternal { get; init; }

    public ImmutableArray<ResolvedPort> Ports { get; init; } = [];

    public ImmutableArray<ResolvedEndpoint> Endpoints { get; init; } = [];

    /// <summary>Identities accepted beside those of the endpoints, as written.</summary>
    public ImmutableArray<string> ExtraIdentities { get; init; } = [];

    /// <summary>Virtual addresses that the resource itself names: clusterIP, ServiceEntry addresses.</summary>
    public ImmutableArray<string> Addresses { get; init; } = [];
}
