using Hauberk.Api.Distribution;
using Hauberk.ControlPlane.Registry;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>
/// The address index: every sidecar has all of it, so what one holds is remembered as a reference to the index that it was last sent, not as a copy.
/// </summary>
internal sealed class AddressSubscription() : Subscription(ResourceTypeUrl.AddressIndexEntry)
{
    private const int MaxNames = 20_000;

    private readonly Queue<string> due = new();

    /// <summary>Keys that are followed without the rest of the index.</summary>
    private readonly HashSet<string> single = new(StringComparer.Ordinal);
    private bool isWildcard;
    private AddressIndex held = AddressIndex.Empty;

    protected override void Subscribe(IReadOnlyCollection<string> names, IReadOnlyDictionary<string, string> held, SidecarView view)
    {
        if (!isWildcard && names.Contains(Wildcard))
        {
            isWildcard = true;
            this.held = view.Addresses;
            foreach (var key in view.Addresses.ChangedSince(held)) due.Enqueue(key);
        }
        foreach (var name in names.Where(static n => n != Wildcard))
        {
            // A question about one key is answered now, also with "there is none". With all of the index it needs no more; else it is followed.
            if (due.Count >= MaxNames + view.Addresses.Entries.Count || (!isWildcard && single.Count >= MaxNames))
                throw Refuse($"more than {MaxNames} addresses are subscribed to");
            if (!isWildcard) single.Add(name);
            due.Enqueue(name);
        }
    }

    protected override void Unsubscribe(IReadOnlyCollection<string> names)
    {
        isWildcard &= !names.Contains(Wildcard);
        single.ExceptWith(names);
    }

    public override void Compare(SidecarView view)
    {
        // What is still to be told of an older index is told as it is now; only then is there a next difference to look for.
        if (due.Count > 0) return;
        foreach (var key in view.Addresses.ChangedSince(held))
            if (isWildcard || single.Contains(key)) due.Enqueue(key);
        held = view.Addresses;
    }

    protected override bool TryTakeChange(SidecarView view, out string name, out VersionedResource? current)
    {
        if (due.Count == 0) Compare(view);
        var found = due.TryDequeue(out name!);
        current = found ? view.Addresses.Entries.GetValueOrDefault(name) : null;
        return found;
    }
}
