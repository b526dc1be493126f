using System.Collections.Immutable;
using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;

namespace Hauberk.Sidecar.Configuration;

/// <summary>One place where a destination is served.</summary>
public sealed record DestinationEndpoint
{
    public required string Namespace { get; init; }

    /// <summary>Name of the WorkloadEntry; empty where the endpoint is not a workload of the mesh.</summary>
    public required string Workload { get; init; }

    public required IPAddress Address { get; init; }

    /// <summary>The exact identity the workload proves; null where it has no sidecar.</summary>
    public SpiffeId? Identity { get; init; }

    /// <summary>It terminates mesh mTLS (tlsMode "istio", specification 2.2).</summary>
    public bool HasSidecar { get; init; }

    /// <summary>Where its sidecar takes tunnels, at <see cref="Address"/>; null where it takes none.</summary>
    public int? TunnelPort { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Service port to workload port; a port not in it is the same on both sides.</summary>
    public ImmutableDictionary<int, int> WorkloadPorts { get; init; } = ImmutableDictionary<int, int>.Empty;

    /// <summary>Effective server mode by workload port.</summary>
    public ImmutableDictionary<int, ServerMode> ServerModes { get; init; } = ImmutableDictionary<int, ServerMode>.Empty;

    /// <summary>Effective server mode of every port that <see cref="ServerModes"/> does not name.</summary>
    public ServerMode DefaultServerMode { get; init; } = ServerMode.Permissive;

    public int WorkloadPort(int servicePort) => WorkloadPorts.GetValueOrDefault(servicePort, servicePort);

    public ServerMode ModeAt(int workloadPort) => ServerModes.GetValueOrDefault(workloadPort, DefaultServerMode);
}
