using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>Where and what a workload is: the spec of a WorkloadEntry, or an endpoint in a ServiceEntry.</summary>
public sealed record WorkloadEndpoint
{
    public string Address { get; init; } = "";

    /// <summary>Port name to workload port.</summary>
    public ImmutableDictionary<string, int> Ports { get; init; } = ImmutableDictionary<string, int>.Empty;
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    public string Network { get; init; } = "";
    public string Locality { get; init; } = "";
    public int Weight { get; init; }
    public string ServiceAccount { get; init; } = "";
}
