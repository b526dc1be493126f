using System.Collections.Immutable;
using System.Net;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Outbound;

/// <summary>From the address that an application called to the service, the workload or the outside that stands behind it.</summary>
internal sealed class DestinationResolver(IDestinationSource source)
{
    private const string WorkloadPrefix = "workload/";

    public async Task<OutboundTarget> ResolveAsync(IPEndPoint called, CancellationToken cancellationToken)
    {
        var lookup = await source.LookupAsync(called.Address, cancellationToken);
        return lookup.Outcome switch
        {
            LookupOutcome.External => OutboundTarget.AsAddressed(called, null),
            LookupOutcome.Found => AtPort(lookup.Destinations, called),
            _ => OutboundTarget.Refused(ReasonOf(lookup.Refusal)),
        };
    }

    private static OutboundTarget AtPort(ImmutableArray<DestinationSnapshot> destinations, IPEndPoint called)
    {
        if (destinations.FirstOrDefault(d => HasPort(d, called.Port)) is { } destination)
            return destination is { IsExternal: true, Endpoints.IsEmpty: true }
                ? OutboundTarget.AsAddressed(called, destination)
                : OutboundTarget.At(destination, called.Port);
        // An address outside the mesh has ports that nobody declared; a service of the mesh has none.
        return destinations.All(d => d.IsExternal)
            ? OutboundTarget.AsAddressed(called, destinations[0])
            : OutboundTarget.Refused(CloseReason.DestinationPortUnknown, destinations[0]);
    }

    private static bool HasPort(DestinationSnapshot destination, int port) =>
        destination.Name.StartsWith(WorkloadPrefix, StringComparison.Ordinal) || destination.Ports.Any(p => p.Number == port);

    private static CloseReason ReasonOf(LookupRefusal refusal) => refusal switch
    {
        LookupRefusal.DetailsUnavailable => CloseReason.DetailsUnavailable,
        LookupRefusal.DetailsUnreadable => CloseReason.DetailsUnreadable,
        _ => CloseReason.NoConfiguration,
    };
}
