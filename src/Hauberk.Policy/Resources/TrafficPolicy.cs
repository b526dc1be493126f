using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record TrafficPolicy
{
    public ClientTlsSettings? Tls { get; init; }

    /// <summary>"LEAST_REQUEST", "RANDOM", "ROUND_ROBIN", "PASSTHROUGH" …; null where not given.</summary>
    public string? SimpleLoadBalancer { get; init; }

    /// <summary>By service port (specification 2.3: not the workload port). An entry replaces the destination-level settings whole.</summary>
    public ImmutableSortedDictionary<int, TrafficPolicy> PortLevelSettings { get; init; } = ImmutableSortedDictionary<int, TrafficPolicy>.Empty;
}
