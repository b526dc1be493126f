namespace Hauberk.ControlPlane.Store;

/// <summary>Decides writes against what is stored and what came before them in the same batch. Pure: nothing is durable yet.</summary>
internal sealed class WriteBatch(StoreSnapshot before, StoreLimits limits)
{
    private readonly List<StoreEvent> events = [];

    public StoreSnapshot After { get; private set; } = before;

    public IReadOnlyList<StoreEvent> Events => events;

    public WriteResult Decide(PendingWrite write)
    {
        var existing = After.Get(write.Key);
        if (Refuse(write, existing) is { } refusal) return refusal;
        var revision = After.Revision + 1;
        if (write.Json is not { } json)
        {
            events.Add(new(revision, write.Key, existing, null));
            After = After.Without(existing!, revision);
            return new(WriteOutcome.Done, existing, revision);
        }
        // A write that changes nothing wakes nobody.
        if (existing is not null && existing.Json.Span.SequenceEqual(json.Span)) return new(WriteOutcome.Done, existing, existing.Revision);
        var stored = new StoredResource(write.Key, revision, json);
        events.Add(new(revision, write.Key, existing, stored));
        After = After.With(stored);
        return new(WriteOutcome.Done, stored, revision);
    }

    private WriteResult? Refuse(PendingWrite write, StoredResource? existing)
    {
        if (existing is null && (write.Json is null || write.IfRevision is > 0)) return new(WriteOutcome.NotFound);
        if (existing is not null && write.IfRevision is { } expected && expected != existing.Revision) return new(WriteOutcome.Conflict, existing);
        if (write.Json is not { } json) return null;
        if (json.Length > limits.MaxResourceBytes) return new(WriteOutcome.TooLarge);
        var isFull = After.Count + (existing is null ? 1 : 0) > limits.MaxResources
            || After.Bytes + json.Length - (existing?.Json.Length ?? 0) > limits.MaxTotalBytes;
        return isFull ? new(WriteOutcome.Full) : null;
    }
}
