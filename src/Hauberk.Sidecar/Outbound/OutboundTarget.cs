using System.Collections.Immutable;
using System.Net;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Outbound;

/// <summary>What an address that an application called turned out to be.</summary>
internal sealed record OutboundTarget
{
    private OutboundTarget()
    {
    }

    /// <summary>None, or why nothing may be sent there.</summary>
    public CloseReason Refusal { get; private init; }

    /// <summary>Null: nothing the mesh knows.</summary>
    public DestinationSnapshot? Destination { get; private init; }

    /// <summary>The service port; for a workload called by its own address, the workload port.</summary>
    public int Port { get; private init; }

    /// <summary>Where it can be reached; at least one unless refused.</summary>
    public ImmutableArray<IPEndPoint> Addresses { get; private init; } = [];

    public static OutboundTarget Refused(CloseReason refusal, DestinationSnapshot? destination = null) =>
        new() { Refusal = refusal, Destination = destination };

    /// <summary>Bytes go where the application sent them.</summary>
    public static OutboundTarget AsAddressed(IPEndPoint original, DestinationSnapshot? destination) =>
        new() { Destination = destination, Port = original.Port, Addresses = [original] };

    public static OutboundTarget At(DestinationSnapshot destination, int port)
    {
        var addresses = destination.Endpoints.Select(e => new IPEndPoint(e.Address, e.WorkloadPort(port))).Distinct().ToImmutableArray();
        return addresses.IsEmpty
            ? Refused(CloseReason.NoEndpoint, destination)
            : new() { Destination = destination, Port = port, Addresses = addresses };
    }

    public DestinationEndpoint? EndpointAt(IPEndPoint address) => EndpointAt(Destination, Port, address);

    /// <summary>The endpoint that this destination has at an address now.</summary>
    public static DestinationEndpoint? EndpointAt(DestinationSnapshot? destination, int port, IPEndPoint address) =>
        destination?.Endpoints.FirstOrDefault(e => e.Address.Equals(address.Address) && e.WorkloadPort(port) == address.Port);
}
