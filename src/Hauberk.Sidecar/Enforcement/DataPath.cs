using System.Net;
using Hauberk.Net.Sockets;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Inbound;
using Hauberk.Sidecar.Outbound;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>What every connection of a sidecar shares.</summary>
internal sealed class DataPath
{
    private long lastId;

    public required DataPlaneOptions Options { get; init; }

    public required TimeProvider Time { get; init; }

    public required SnapshotHolder Snapshots { get; init; }

    public required PeerCheck Peers { get; init; }

    public required TlsContexts Tls { get; init; }

    public required DestinationResolver Destinations { get; init; }

    public required EndpointChoice Endpoints { get; init; }

    public required ConnectionAdmission Inbound { get; init; }

    public required ConnectionAdmission Outbound { get; init; }

    public DetectionMemory Memory { get; } = new();

    public required ConnectionMetrics Metrics { get; init; }

    /// <summary>Takes each record once; called on a loop, so it must not wait.</summary>
    public required Action<ConnectionRecord> OnRecord { get; init; }

    public ulong NextId() => (ulong)Interlocked.Increment(ref lastId);

    /// <summary>Whether a connection to this address would come back to the sidecar itself.</summary>
    public bool IsOwnPort(IPEndPoint destination) =>
        Options.OwnPorts.Contains(destination.Port) && (IPAddress.IsLoopback(destination.Address) || IsOwnAddress(destination.Address));

    /// <summary>Whether the workload beside this sidecar is at this address.</summary>
    public bool IsOwnAddress(IPAddress address) => Snapshots.Current?.Workload.Addresses.Contains(address.ToString()) ?? false;

    public ConnectOptions Connect(ConnectionLimits limits) => new()
    {
        TimeoutMs = (int)limits.ConnectTimeout.TotalMilliseconds,
        Mark = Options.Mark,
    };
}
