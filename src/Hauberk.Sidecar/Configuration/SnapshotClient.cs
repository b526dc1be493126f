using Grpc.Core;
using Hauberk.Api.Distribution;
using Hauberk.Policy.Decision;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Configuration;

/// <summary>
/// Keeps the snapshot current: from disk at the start, then from the control plane for as long as it answers. While it does not, the last good
/// configuration goes on.
/// </summary>
internal sealed partial class SnapshotClient : IDisposable
{
    /// <summary>How long a destination is kept that nobody calls.</summary>
    public static readonly TimeSpan UnusedAfter = TimeSpan.FromHours(1);

    private const int MaxDestinations = 16 * 1024;
    private const int MaxAddressesAsked = 256;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SaveAfter = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private readonly string nodeId;
    private readonly int? tunnelPort;
    private readonly HeldConfiguration held;
    private readonly SnapshotHolder snapshots;
    private readonly SnapshotFile file;
    private readonly ControlPlaneConnections connections;
    private readonly TimeProvider time;
    private readonly ILogger<SnapshotClient> log;
    private readonly OnDemandNames destinations;
    private readonly OnDemandNames addresses;
    private readonly HashSet<RuleReference> reported = [];
    private readonly SemaphoreSlim changed = new(0, 1);

    // Spread by jitter, and short: a control plane that comes back soon speaks to the whole mesh again.
    private readonly Backoff backoff = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));

    private volatile DiscoveryStream? stream;
    private long accepted;
    private long refused;

    /// <param name="tunnelPort">Where this sidecar takes tunnels; null: nowhere.</param>
    public SnapshotClient(
        string nodeId, int? tunnelPort, HeldConfiguration held, SnapshotHolder snapshots, SnapshotFile file, ControlPlaneConnections connections, TimeProvider time,
        ILogger<SnapshotClient> log)
    {
        this.nodeId = nodeId;
        this.tunnelPort = tunnelPort;
        this.held = held;
        this.snapshots = snapshots;
        this.file = file;
        this.connections = connections;
        this.time = time;
        this.log = log;
        destinations = new OnDemandNames(MaxDestinations, time);
        addresses = new OnDemandNames(MaxAddressesAsked, time);
        Destinations = new DestinationDirectory(snapshots, destinations, addresses, () => IsConnected, time);
    }

    public IDestinationSource Destinations { get; }

    /// <summary>The hosts that live connections stand on: their destinations are kept however long ago they were looked up.</summary>
    public Func<Task<IReadOnlySet<string>>> HostsInUse { get; set; } =
        static () => Task.FromResult<IReadOnlySet<string>>(System.Collections.Frozen.FrozenSet<string>.Empty);

    /// <summary>The control plane answers.</summary>
    public bool IsConnected => stream?.IsLive ?? false;

    /// <summary>Responses taken in.</summary>
    public long Accepted => Interlocked.Read(ref accepted);

    /// <summary>Responses that could not be taken in.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>The last response that could not be taken in, or why the last stream ended; null while all is well.</summary>
    public string? LastProblem { get; private set; }

    /// <summary>Resources that cannot be enforced here, so that what they govern is denied.</summary>
    public IReadOnlyList<UnsupportedResource> Unsupported
    {
        get
        {
            lock (gate)
                return [.. held.Unsupported];
        }
    }

    /// <summary>Takes up where the last run stopped.</summary>
    public void Load()
    {
        var tables = file.TryLoad(out var problem);
        lock (gate)
        {
            foreach (var table in tables ?? [])
                problem ??= TryLoad(table);
            if (problem is not null)
                NotLoaded(problem);
            else if (held.Snapshot is not null)
                Publish();
            destinations.Restore(held.Table(ResourceTypeUrl.Destination)!.Names);
        }
    }

    public Task RunAsync(BackgroundLoops loops, CancellationToken cancellationToken) => Task.WhenAll(
        loops.KeepAsync("the configuration stream", StreamAsync, cancellationToken),
        loops.KeepAsync("saving the configuration", SaveAsync, cancellationToken),
        loops.KeepAsync("forgetting unused destinations", SweepAsync, cancellationToken));

    public void Dispose() => changed.Dispose();

    /// <summary>Whatever was kept, a sidecar can start and be told it anew.</summary>
    private string? TryLoad(DeltaDiscoveryResponse table)
    {
        try
        {
            return held.Apply(table);
        }
        catch (Exception e)
        {
            held.Distrust(table, e.Message);
            return e.Message;
        }
    }

    private async Task StreamAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
            await RunStreamAsync(await connections.GetAsync(cancellationToken), cancellationToken);
    }

    private async Task RunStreamAsync(ControlPlaneConnection connection, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, connection.Superseded);
        var running = stream = new DiscoveryStream(nodeId, tunnelPort, HeldVersions(), destinations, addresses, Apply);
        var problem = "the control plane ended the stream";
        try
        {
            await running.RunAsync(connection.Channel, end.Token);
        }
        catch (Exception e) when (e is RpcException or OperationCanceledException or ObjectDisposedException)
        {
            problem = e is RpcException rpc ? $"{rpc.StatusCode}: {Hauberk.Identity.IdentityProblem.Show(rpc.Status.Detail)}" : e.Message;
        }
        finally
        {
            stream = null;
        }
        if (end.IsCancellationRequested)
            return;
        LastProblem = problem;
        var delay = backoff.Next();
        Lost(problem, delay.TotalMilliseconds);
        await Task.Delay(delay, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private List<(string TypeUrl, Dictionary<string, string> Versions)> HeldVersions()
    {
        lock (gate)
            return [.. held.Tables.Select(static table => (table.TypeUrl, table.Versions.ToDictionary(StringComparer.Ordinal)))];
    }

    private string? Apply(DeltaDiscoveryResponse response)
    {
        backoff.Reset();
        lock (gate)
        {
            try
            {
                if (held.Apply(response) is { } problem)
                {
                    Interlocked.Increment(ref refused);
                    LastProblem = problem;
                    NotTaken(problem);
                    return problem;
                }
                Publish();
            }
            catch (Exception e)
            {
                LastProblem = e.Message;
                held.Distrust(response, e.Message);
                Publish();
                throw;
            }
            Interlocked.Increment(ref accepted);
            LastProblem = null;
        }
        SignalChange();
        return null;
    }

    private void Publish()
    {
        if (held.Snapshot is not { } snapshot || ReferenceEquals(snapshot, snapshots.Current))
            return;
        foreach (var resource in held.Unsupported.Where(u => reported.Add(u.Reference)))
            NotEnforceable(resource.Reference.ToString(), resource.Why);
        snapshots.Swap(snapshot);
    }

    private void SignalChange()
    {
        lock (gate)
            if (changed.CurrentCount == 0)
                changed.Release();
    }

    /// <summary>Not at every change: many come together, and the file is written whole.</summary>
    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await changed.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(SaveAfter, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Save();
        }
    }

    private void Save()
    {
        List<DeltaDiscoveryResponse> tables;
        lock (gate)
        {
            // What may be taken in by half is not for the next start.
            if (held.Snapshot is null || held.IsDistrusted)
                return;
            tables = [.. held.Tables.Select(static table => table.ToResponse())];
        }
        try
        {
            file.Save(tables);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            NotSaved(e.Message);
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(SweepEvery, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
                await ForgetUnusedAsync();
        }
    }

    internal async Task ForgetUnusedAsync()
    {
        var hosts = await HostsInUse();
        var held = snapshots.Current?.Destinations.Values ?? [];
        var inUse = held.Where(destination => hosts.Contains(destination.Host)).Select(static destination => destination.Name);
        var unused = destinations.RemoveUnused(UnusedAfter, inUse.ToHashSet(StringComparer.Ordinal));
        if (unused.Count == 0)
            return;
        lock (gate)
        {
            foreach (var name in unused)
                this.held.Forget(name);
            Publish();
        }
        SignalChange();
    }

    [LoggerMessage(LogLevel.Warning, "no configuration from the control plane: {Problem}; trying again in {DelayMs} ms, the last good one goes on")]
    private partial void Lost(string problem, double delayMs);

    [LoggerMessage(LogLevel.Error, "refused what the control plane sent, the last good one goes on: {Problem}")]
    private partial void NotTaken(string problem);

    [LoggerMessage(LogLevel.Error, "{Resource} cannot be enforced, so what it governs is denied: {Why}")]
    private partial void NotEnforceable(string resource, string why);

    [LoggerMessage(LogLevel.Warning, "the configuration of the last run cannot be used, as if there were none: {Problem}")]
    private partial void NotLoaded(string problem);

    [LoggerMessage(LogLevel.Error, "the configuration cannot be kept on disk, a restart will need the control plane: {Problem}")]
    private partial void NotSaved(string problem);
}
