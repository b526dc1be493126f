using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;

namespace Hauberk.Sidecar.Configuration;

/// <summary>
/// Finds what is at an address: in the snapshot where it has the details, else by asking. An address that the index knows is never external, whether
/// or not its details can be had.
/// </summary>
/// <param name="isLive">Whether the control plane answers.</param>
internal sealed class DestinationDirectory(
    SnapshotHolder snapshots, OnDemandNames destinations, OnDemandNames addresses, Func<bool> isLive, TimeProvider time) : IDestinationSource
{
    /// <summary>How long a connection waits for the details of its destination.</summary>
    public static readonly TimeSpan DetailsTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long a connection waits to hear that nobody knows its address.</summary>
    public static readonly TimeSpan AddressTimeout = TimeSpan.FromSeconds(1);

    private const int MaxKnownOutside = 4096;

    // Additions to the mesh come with the index, so what is outside stays outside until the index says otherwise.
    private readonly ConcurrentDictionary<IPAddress, bool> outside = new();

    public ValueTask<DestinationLookup> LookupAsync(IPAddress address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        return Known(address) is { } known ? new(known) : new(AskAsync(address, cancellationToken));
    }

    /// <summary>Null: the control plane has to be asked.</summary>
    private DestinationLookup? Known(IPAddress address)
    {
        if (snapshots.Current is not { } snapshot)
            return DestinationLookup.Refused(LookupRefusal.NoConfiguration);
        if (snapshot.AddressIndex.TryFind(address, out var entry))
            return Details(snapshot, entry);
        return outside.ContainsKey(address) || !isLive() ? DestinationLookup.External : null;
    }

    private DestinationLookup? Details(SidecarSnapshot snapshot, AddressIndexEntry entry)
    {
        var found = ImmutableArray.CreateBuilder<DestinationSnapshot>(entry.Destinations.Length);
        foreach (var name in entry.Destinations)
        {
            if (snapshot.Destinations.TryGetValue(name, out var destination))
                found.Add(destination);
            else if (!destinations.IsAbsent(name))
                return null;
            destinations.Touch(name);
        }
        return found.Count > 0
            ? DestinationLookup.Found(found.ToImmutable())
            : DestinationLookup.Refused(LookupRefusal.DetailsUnavailable);
    }

    private async Task<DestinationLookup> AskAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (Known(address) is { } known)
                return known;
            if (DetailsTimeout - time.GetElapsedTime(start) is not { Ticks: > 0 } left)
                return DestinationLookup.Refused(LookupRefusal.DetailsUnavailable);
            var answer = snapshots.Current!.AddressIndex.TryFind(address, out var entry)
                ? await AskForDetailsAsync(entry, left, cancellationToken).ConfigureAwait(false)
                : await AskForAddressAsync(address, left, cancellationToken).ConfigureAwait(false);
            if (answer is { } final)
                return final;
        }
    }

    /// <summary>Null: something was answered, look again.</summary>
    private async Task<DestinationLookup?> AskForDetailsAsync(AddressIndexEntry entry, TimeSpan within, CancellationToken cancellationToken)
    {
        var held = snapshots.Current!.Destinations;
        var missing = entry.Destinations.Where(name => !held.ContainsKey(name) && !destinations.IsAbsent(name));
        try
        {
            var answers = await Task.WhenAll(missing.Select(destinations.AskAsync)).WaitAsync(within, time, cancellationToken).ConfigureAwait(false);
            return Array.TrueForAll(answers, static isReadable => isReadable)
                ? null
                : DestinationLookup.Refused(LookupRefusal.DetailsUnreadable);
        }
        catch (TimeoutException)
        {
            return DestinationLookup.Refused(LookupRefusal.DetailsUnavailable);
        }
    }

    /// <summary>Null: the index knows the address now.</summary>
    private async Task<DestinationLookup?> AskForAddressAsync(IPAddress address, TimeSpan within, CancellationToken cancellationToken)
    {
        var key = address.ToString();
        try
        {
            var isReadable = await addresses.AskAsync(key)
                .WaitAsync(within < AddressTimeout ? within : AddressTimeout, time, cancellationToken).ConfigureAwait(false);
            if (snapshots.Current!.AddressIndex.TryFind(address, out _))
                return null;
            if (!isReadable)
                return DestinationLookup.Refused(LookupRefusal.DetailsUnreadable);
            Remember(address);
        }
        catch (TimeoutException)
        {
            // The control plane does not answer: what the index does not know counts as outside.
        }
        finally
        {
            addresses.Remove(key);
        }
        return DestinationLookup.External;
    }

    private void Remember(IPAddress address)
    {
        if (outside.Count >= MaxKnownOutside)
            outside.Clear();
        outside.TryAdd(address, true);
    }
}
