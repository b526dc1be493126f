namespace Hauberk.ControlPlane.Store;

/// <summary>A write on its way through the writer thread.</summary>
/// <param name="Json">Null for a deletion.</param>
internal sealed record PendingWrite(ResourceKey Key, ReadOnlyMemory<byte>? Json, long? IfRevision)
{
    // The caller's continuation must not run on the writer thread.
    private readonly TaskCompletionSource<WriteResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<WriteResult> Completion => completion.Task;

    /// <summary>What will be true once the batch is durable.</summary>
    public WriteResult? Result { get; set; }

    public void Acknowledge() => completion.SetResult(Result!);

    public void Fail(Exception cause) => completion.TrySetException(cause);
}
