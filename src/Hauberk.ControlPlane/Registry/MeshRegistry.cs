using System.Collections.Immutable;
using Hauberk.ControlPlane.Store;
using Hauberk.Identity;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>
/// Keeps the newest <see cref="MeshSnapshot"/>. One builder follows the store's watch; what changes while it builds is taken together the
/// next time, so a burst costs few builds and a single change no wait.
/// </summary>
internal sealed partial class MeshRegistry : IAsyncDisposable
{
    private readonly IResourceStore store;
    private readonly TimeProvider clock;
    private readonly ILogger<MeshRegistry> log;
    private readonly ResourceCache cache;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task following;
    private volatile MeshSnapshot current;
    private volatile TaskCompletionSource changed = NewSignal();
    private StoreWatch watch;

    public MeshRegistry(IResourceStore store, TrustDomain trustDomain, TimeProvider clock, ILogger<MeshRegistry> log)
    {
        (this.store, this.clock, this.log) = (store, clock, log);
        cache = new ResourceCache(trustDomain);
        current = MeshSnapshot.Empty(cache.Mesh);
        watch = BuildAll();
        following = Task.Run(FollowAsync);
    }

    public MeshSnapshot Current => current;

    /// <summary>One that holds all that the store has taken by now: what somebody was told is written, they find.</summary>
    public async Task<MeshSnapshot> CaughtUpAsync(CancellationToken cancellation)
    {
        var written = store.Current.Revision;
        MeshSnapshot seen;
        while ((seen = current).Revision < written) await Changed(seen).WaitAsync(cancellation);
        return seen;
    }

    /// <summary>Completes when there is a newer snapshot than <paramref name="seen"/>.</summary>
    public Task Changed(MeshSnapshot seen)
    {
        // The signal first: a swap after it was taken completes it, one before it is seen below.
        var signal = changed.Task;
        return ReferenceEquals(seen, current) ? signal : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await following;
        stopping.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            while (true)
            {
                await watch.WaitAsync(stopping.Token);
                Follow();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The program stops.
        }
        catch (Exception e)
        {
            // Sidecars go on with what they have; the health check shows it.
            LogStopped(e);
            throw;
        }
    }

    public bool IsFollowing => !following.IsCompleted;

    private void Follow()
    {
        var changedAt = clock.GetTimestamp();
        var touched = new HashSet<string>(StringComparer.Ordinal);
        var everything = false;
        while (true)
        {
            if (!watch.TryTake(out var events))
            {
                watch = BuildAll();
                return;
            }
            if (events.Count == 0) break;
            foreach (var change in events.Where(static e => ResourceCache.IsRelevant(e.Key)))
            {
                if (cache.Apply(change.Key, change.After) is { } @namespace) touched.Add(@namespace);
                else everything = true;
            }
        }
        everything |= touched.Contains(cache.Mesh.RootNamespace);
        if (everything) touched = [.. current.Namespaces.Keys, .. cache.Namespaces];
        Swap(Build(current, touched, watch.Revision, changedAt));
    }

    private StoreWatch BuildAll()
    {
        cache.Clear();
        var stored = store.Current;
        foreach (var resource in ResourceCache.Kinds.SelectMany(stored.List)) cache.Apply(resource.Key, resource);
        Swap(Build(current, [.. current.Namespaces.Keys, .. cache.Namespaces], stored.Revision, clock.GetTimestamp()));
        return store.Watch(stored.Revision);
    }

    private MeshSnapshot Build(MeshSnapshot before, HashSet<string> touched, long revision, long changedAt)
    {
        var mesh = cache.Mesh;
        var root = cache.In(mesh.RootNamespace);
        var replaced = touched.Select(name => (
            Name: name,
            Old: before.Namespaces.GetValueOrDefault(name),
            New: cache.In(name) is { Count: > 0 } own ? new NamespaceSnapshot(name, own, root, mesh) : null)).ToList();
        return new MeshSnapshot
        {
            Revision = revision,
            ChangedAt = changedAt,
            Mesh = mesh,
            MeshSettings = ReferenceEquals(mesh, before.Mesh) ? before.MeshSettings : MeshSnapshot.SettingsOf(mesh),
            Namespaces = before.Namespaces.RemoveRange(touched)
                .AddRange(replaced.Where(static r => r.New is not null).Select(static r => KeyValuePair.Create(r.Name, r.New!))),
            Addresses = before.Addresses.Replace(replaced.Select(static r => (r.Old, r.New))),
            WorkloadsByAddress = before.WorkloadsByAddress
                .RemoveRange(replaced.SelectMany(static r => Addressed(r.Old)).Select(static w => w.Key))
                .SetItems(replaced.SelectMany(static r => Addressed(r.New))),
        };
    }

    private static IEnumerable<KeyValuePair<string, WorkloadEntryResource>> Addressed(NamespaceSnapshot? @namespace) =>
        (@namespace?.Workloads.Values ?? ImmutableArray<WorkloadEntryResource>.Empty)
            .Select(static w => KeyValuePair.Create(Claim.Canonical(w.Endpoint.Address) ?? "", w)).Where(static w => w.Key.Length > 0);

    private void Swap(MeshSnapshot next)
    {
        current = next;
        Interlocked.Exchange(ref changed, NewSignal()).SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The registry can no longer follow the store; sidecars keep their last configuration.")]
    private partial void LogStopped(Exception cause);
}
