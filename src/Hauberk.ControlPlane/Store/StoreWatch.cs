namespace Hauberk.ControlPlane.Store;

/// <summary>A reader's place in the store's history. Costs nothing while it waits.</summary>
public sealed class StoreWatch
{
    private const int MaxEventsAtOnce = 256;
    private readonly EventRing ring;

    internal StoreWatch(EventRing ring, long afterRevision) => (this.ring, Revision) = (ring, afterRevision);

    /// <summary>Everything up to here has been taken.</summary>
    public long Revision { get; private set; }

    /// <summary>What came since, perhaps nothing. False: the store no longer remembers; list anew and watch from there.</summary>
    public bool TryTake(out IReadOnlyList<StoreEvent> events)
    {
        if (!ring.TryRead(Revision, MaxEventsAtOnce, out events)) return false;
        if (events.Count > 0) Revision = events[^1].Revision;
        return true;
    }

    /// <summary>Completes when there is something to take.</summary>
    public Task WaitAsync(CancellationToken cancellation) => ring.Changed(Revision).WaitAsync(cancellation);
}
