using System.Collections.Immutable;
using System.Net;
using Hauberk.Sidecar.Capture;
using Hauberk.Sidecar.Enforcement;

namespace Hauberk.Sidecar;

public sealed record DataPlaneOptions
{
    public ImmutableArray<ListenAddress> Inbound { get; init; } = [new(new IPEndPoint(IPAddress.Any, SidecarPorts.Inbound))];

    /// <summary>Loopback: only this host's applications are redirected there.</summary>
    public ImmutableArray<ListenAddress> Outbound { get; init; } = [new(new IPEndPoint(IPAddress.Loopback, SidecarPorts.Outbound))];

    /// <summary>Where other sidecars open tunnels.</summary>
    public ImmutableArray<IPEndPoint> Tunnels { get; init; } = [new(IPAddress.Any, SidecarPorts.Tunnel)];

    /// <summary>Where the application is dialled, in place of the address that its clients called; null: there.</summary>
    public IPAddress? ApplicationAddress { get; init; }

    /// <summary>Ports of this host that no connection is ever taken to.</summary>
    public ImmutableArray<int> OwnPorts { get; init; } = SidecarPorts.All;

    /// <summary>What capture leaves to its own protection, by the address of who calls perhaps: no tunnel leads there, where the caller would be this host.</summary>
    public ImmutableArray<int> ExcludedInboundPorts { get; init; } = CaptureRules.DefaultExclusions;

    /// <summary>The socket mark by which capture tells the sidecar's own traffic where users cannot; 0: none.</summary>
    public int Mark { get; init; }

    public ConnectionLimits InboundLimits { get; init; } = new();

    public ConnectionLimits OutboundLimits { get; init; } = new() { MaxConnectionsPerSource = int.MaxValue };
}
