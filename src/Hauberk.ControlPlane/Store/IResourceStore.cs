namespace Hauberk.ControlPlane.Store;

/// <summary>
/// What the control plane keeps. Every write has the next revision of one global order; a write that was acknowledged survives whatever
/// happens to the process. Any implementation passes the store contract tests.
/// </summary>
public interface IResourceStore
{
    /// <summary>Get and list, from memory, at one revision. Holds every write acknowledged before the call.</summary>
    StoreSnapshot Current { get; }

    /// <param name="ifRevision">Null: whatever is there. 0: only if nothing is. Else: only if this is the revision of what is there.</param>
    Task<WriteResult> WriteAsync(ResourceKey key, ReadOnlyMemory<byte> json, long? ifRevision, CancellationToken cancellation = default);

    /// <param name="ifRevision">Null: whatever is there. Else: only if this is the revision of what is there.</param>
    Task<WriteResult> DeleteAsync(ResourceKey key, long? ifRevision = null, CancellationToken cancellation = default);

    /// <summary>Every change after <paramref name="afterRevision"/>, as long as the store remembers it.</summary>
    StoreWatch Watch(long afterRevision);
}
