namespace Hauberk.ControlPlane.Store;

/// <summary>The latest changes, in memory and bounded: what watchers read, so that none of them ever waits for the disk or holds a writer up.</summary>
internal sealed class EventRing(long revision, StoreLimits limits)
{
    private readonly Lock gate = new();
    private readonly StoreEvent?[] slots = new StoreEvent?[limits.MaxEvents];
    private TaskCompletionSource appended = NewSignal();
    private long first = revision + 1;
    private long last = revision;
    private long bytes;

    public void Append(IEnumerable<StoreEvent> events)
    {
        TaskCompletionSource signal;
        lock (gate)
        {
            foreach (var change in events) Append(change);
            signal = appended;
            appended = NewSignal();
        }
        signal.SetResult();
    }

    /// <summary>False where something after <paramref name="revision"/> is no longer, or not yet, known here.</summary>
    public bool TryRead(long revision, int maxEvents, out IReadOnlyList<StoreEvent> events)
    {
        lock (gate)
        {
            events = [];
            if (revision < first - 1 || revision > last) return false;
            var read = new StoreEvent[Math.Min(maxEvents, last - revision)];
            for (var i = 0; i < read.Length; i++) read[i] = slots[Slot(revision + 1 + i)]!;
            events = read;
            return true;
        }
    }

    /// <summary>Completes when there is something after <paramref name="revision"/>.</summary>
    public Task Changed(long revision)
    {
        lock (gate) return last > revision ? Task.CompletedTask : appended.Task;
    }

    private void Append(StoreEvent change)
    {
        if (change.Revision != last + 1) throw new InvalidOperationException($"revision {change.Revision} does not follow {last}");
        while (first <= last && (last - first + 1 == slots.Length || bytes + change.Bytes > limits.MaxEventBytes)) Forget();
        last = change.Revision;
        slots[Slot(last)] = change;
        bytes += change.Bytes;
    }

    private void Forget()
    {
        bytes -= slots[Slot(first)]!.Bytes;
        slots[Slot(first++)] = null;
    }

    private int Slot(long revision) => (int)(revision % slots.Length);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
