using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>A process (or a set of equal ones) that policies select and identities name.</summary>
public sealed record Workload
{
    public required string Namespace { get; init; }
    public string Name { get; init; } = "";
    public string ServiceAccount { get; init; } = "default";
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>True where a sidecar stands beside it and so terminates and originates mesh mTLS.</summary>
    public bool HasSidecar { get; init; } = true;

    /// <summary>Where its sidecar takes tunnels (HBONE); null where it takes none.</summary>
    public int? TunnelPort { get; init; }
}
