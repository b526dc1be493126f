using Hauberk.Net.EventLoops;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>
/// The live connections of one loop. A connection registers before it first reads the snapshot, and the snapshot is swapped before the walk is
/// posted: so a change either is what the connection reads, or finds it here. Use on the loop's thread.
/// </summary>
internal sealed class ConnectionRegistry(EventLoop loop)
{
    private readonly HashSet<LiveConnection> connections = [];
    private TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EventLoop Loop { get; } = loop;

    public void Add(LiveConnection connection) => connections.Add(connection);

    public void Remove(LiveConnection connection)
    {
        connections.Remove(connection);
        if (connections.Count == 0)
            empty.TrySetResult();
    }

    /// <summary>Completes when there is no live connection.</summary>
    public Task WhenEmptyAsync()
    {
        if (empty.Task.IsCompleted)
            empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (connections.Count == 0)
            empty.TrySetResult();
        return empty.Task;
    }

    /// <summary>What <paramref name="read"/> takes from the record of each live connection.</summary>
    public List<T> Read<T>(Func<ConnectionRecord, T> read) => [.. connections.Select(connection => read(connection.Record))];

    /// <summary>Decides every live connection anew and takes back what is no longer permitted.</summary>
    public void Redecide(SidecarSnapshot snapshot)
    {
        foreach (var connection in connections.ToArray())
            if (connection.Redecide(snapshot) is { } loss)
                connection.Revoke(loss);
    }

    public void Drain()
    {
        foreach (var connection in connections.ToArray())
            connection.Drain();
    }

    /// <summary>Cuts what is left.</summary>
    public void CutAll(CloseReason reason)
    {
        foreach (var connection in connections.ToArray())
            connection.Cut(reason);
    }
}
