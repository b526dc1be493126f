using System.Collections.Immutable;
using System.Net;

namespace Hauberk.Sidecar.Capture;

/// <summary>Which connections of this network namespace go through the sidecar. Made of numbers and addresses only, so that no text reaches the script.</summary>
public sealed record CaptureRules
{
    public const int MaxExclusions = 256;

    /// <summary>Never captured, in either direction, so that no policy locks an operator out or stops a probe.</summary>
    public static ImmutableArray<int> AlwaysExcluded { get; } = [SidecarPorts.Tunnel, SidecarPorts.Metrics, SidecarPorts.Readiness];

    public static ImmutableArray<int> DefaultExclusions { get; } = [22];

    public required OwnTraffic OwnTraffic { get; init; }

    public ImmutableArray<int> ExcludedInboundPorts { get; init; } = DefaultExclusions;

    public ImmutableArray<int> ExcludedOutboundPorts { get; init; } = DefaultExclusions;

    public ImmutableArray<IPNetwork> ExcludedOutboundNetworks { get; init; } = [];

    /// <summary>IPv6 is not captured. Refusing new connections over it keeps it from being a way around every policy.</summary>
    public bool RejectsIpv6 { get; init; } = true;

    /// <summary>One sentence for each thing that is wrong.</summary>
    public IEnumerable<string> Problems()
    {
        if (OwnTraffic.Problem is { } problem)
            yield return problem;
        foreach (var port in ExcludedInboundPorts.Concat(ExcludedOutboundPorts).Where(static p => p is < 1 or > 65535))
            yield return $"{port} is not a port";
        if (ExcludedInboundPorts.Length > MaxExclusions || ExcludedOutboundPorts.Length > MaxExclusions
            || ExcludedOutboundNetworks.Length > MaxExclusions)
            yield return $"more than {MaxExclusions} exclusions";
    }
}
