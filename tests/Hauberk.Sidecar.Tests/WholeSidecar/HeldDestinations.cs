using System.Net;
using Hauberk.Sidecar.Configuration;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>Answers from the snapshot alone, as when the control plane is away: what is meshed and has no details is refused.</summary>
internal sealed class HeldDestinations(SnapshotHolder snapshots) : IDestinationSource
{
    public ValueTask<DestinationLookup> LookupAsync(IPAddress address, CancellationToken cancellationToken)
    {
        if (snapshots.Current is not { } snapshot)
            return new(DestinationLookup.Refused(LookupRefusal.NoConfiguration));
        if (!snapshot.AddressIndex.TryFind(address, out var entry))
            return new(DestinationLookup.External);
        var held = entry.Destinations.Select(name => snapshot.Destinations.GetValueOrDefault(name)).OfType<DestinationSnapshot>();
        return new(held.Any() ? DestinationLookup.Found([.. held]) : DestinationLookup.Refused(LookupRefusal.DetailsUnavailable));
    }
}
