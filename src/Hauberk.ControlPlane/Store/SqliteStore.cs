using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Hauberk.ControlPlane.Store;

/// <summary>
/// One SQLite file as a durable log of the state that is held in memory. One thread owns the database and commits whatever writes are
/// waiting together (group commit); it acknowledges them when the commit is on disk. Reads and watches never touch the database.
/// </summary>
public sealed class SqliteStore : IResourceStore, IAsyncDisposable
{
    private const int MaxBatch = 512;
    private const int MaxQueuedWrites = 4096;

    private readonly StoreLimits limits;
    private readonly SqliteDatabase database;
    private readonly EventRing ring;
    private readonly Channel<PendingWrite> queue = Channel.CreateBounded<PendingWrite>(new BoundedChannelOptions(MaxQueuedWrites) { SingleReader = true });
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile StoreSnapshot current;
    private volatile Exception? failure;

    private SqliteStore(SqliteDatabase database, StoreLimits limits)
    {
        this.database = database;
        this.limits = limits;
        current = database.Load();
        ring = new EventRing(current.Revision, limits);
        new Thread(Run) { Name = "store writer", IsBackground = true }.Start();
    }

    public StoreSnapshot Current => current;

    /// <summary>Null while writes can be made durable.</summary>
    public Exception? Failure => failure;

    /// <summary>Since it was opened; each may hold many writes.</summary>
    public long Commits { get; private set; }

    /// <summary>Opens the file, or makes it, readable by its owner only. Fails where another process has it open.</summary>
    public static SqliteStore Open(string path, StoreLimits? limits = null)
    {
        var database = SqliteDatabase.Open(path);
        try
        {
            return new SqliteStore(database, limits ?? StoreLimits.Default);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public Task<WriteResult> WriteAsync(ResourceKey key, ReadOnlyMemory<byte> json, long? ifRevision, CancellationToken cancellation) =>
        // Copied: what is stored must not change when the caller reuses its buffer.
        EnqueueAsync(new PendingWrite(key, json.ToArray(), ifRevision), cancellation);

    public Task<WriteResult> DeleteAsync(ResourceKey key, long? ifRevision, CancellationToken cancellation) =>
        EnqueueAsync(new PendingWrite(key, null, ifRevision), cancellation);

    public StoreWatch Watch(long afterRevision) => new(ring, afterRevision);

    public async ValueTask DisposeAsync()
    {
        if (!queue.Writer.TryComplete()) return;
        await stopped.Task;
        database.Dispose();
    }

    private async Task<WriteResult> EnqueueAsync(PendingWrite write, CancellationToken cancellation)
    {
        try
        {
            await queue.Writer.WriteAsync(write, cancellation);
        }
        catch (ChannelClosedException)
        {
            throw new StoreUnavailableException("the store is closed", failure);
        }
        return await write.Completion;
    }

    private void Run()
    {
        var writes = new List<PendingWrite>(MaxBatch);
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (writes.Count < MaxBatch && queue.Reader.TryRead(out var write)) writes.Add(write);
            CommitOrFail(writes);
            writes.Clear();
        }
        stopped.SetResult();
    }

    private void CommitOrFail(List<PendingWrite> writes)
    {
        try
        {
            if (failure is not null) throw new StoreUnavailableException("an earlier commit left the database in doubt; restart", failure);
            var batch = new WriteBatch(current, limits);
            foreach (var write in writes) write.Result = batch.Decide(write);
            if (batch.Events.Count > 0) Commit(batch);
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            writes.ForEach(w => w.Fail(e as StoreUnavailableException ?? new StoreUnavailableException("the write could not be made durable", e)));
            return;
        }
        writes.ForEach(static w => w.Acknowledge());
    }

    private void Commit(WriteBatch batch)
    {
        try
        {
            database.Commit(batch.Events, batch.After.Revision);
        }
        catch (SqliteException e)
        {
            // What is on disk decides: if the commit may have happened after all, memory must not go on without it.
            if (!database.IsAt(current.Revision)) failure = e;
            throw;
        }
        Commits++;
        current = batch.After;
        ring.Append(batch.Events);
    }
}
