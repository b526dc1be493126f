using System.Collections.Immutable;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>One place where a service answers.</summary>
public sealed record ResolvedEndpoint
{
    public required Workload Workload { get; init; }

    /// <summary>An IP literal, or a DNS name where the ServiceEntry is resolved by DNS.</summary>
    public required string Address { get; init; }

    /// <summary>The exact identity the workload proves; null where it has none.</summary>
    public SpiffeId? Identity { get; init; }

    /// <summary>tlsMode "istio" (specification 2.2).</summary>
    public required bool HasSidecar { get; init; }

    /// <summary>Service port to workload port.</summary>
    public required ImmutableSortedDictionary<int, int> WorkloadPorts { get; init; }

    public required ServerModeResolution Modes { get; init; }

    public int Weight { get; init; }

    public ServerMode ModeOf(int workloadPort) => Modes.ModeOf(workloadPort);
}
