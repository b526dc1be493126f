using System.Collections.Immutable;
using Hauberk.Api.Distribution;

namespace Hauberk.Sidecar;

/// <summary>The ports of a sidecar, as Istio users know them.</summary>
public static class SidecarPorts
{
    /// <summary>Loopback only.</summary>
    public const int Admin = 15000;
    public const int Outbound = 15001;
    public const int Inbound = 15006;
    public const int Tunnel = NodeMetadata.Tunnels;
    public const int Metrics = 15020;
    public const int Readiness = 15021;
    public const int Dns = 15053;

    /// <summary>No connection is ever taken to one of these on behalf of a peer.</summary>
    public static ImmutableArray<int> All { get; } = [Admin, Outbound, Inbound, Tunnel, Metrics, Readiness, Dns];
}
