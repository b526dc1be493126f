using System.Collections.Concurrent;
using Grpc.Core;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>The streams of this moment.</summary>
internal sealed class ConnectedSidecars
{
    private const int MaxConnections = 20_000;
    private readonly ConcurrentDictionary<SidecarConnection, byte> connections = new(ReferenceEqualityComparer.Instance);

    public int Count => connections.Count;

    /// <summary>The newest connection of a workload.</summary>
    public SidecarConnection? Find(string node) => connections.Keys.Where(c => c.Node == node).MaxBy(static c => c.ConnectedSince);

    public ILookup<string, SidecarConnection> ByNode() => connections.Keys.ToLookup(static c => c.Node, StringComparer.Ordinal);

    /// <summary>Disposing what is returned takes it out again.</summary>
    public IDisposable Add(SidecarConnection connection)
    {
        if (connections.Count >= MaxConnections)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "too many sidecars are connected"));
        connections[connection] = 0;
        return new Registration(connections, connection);
    }

    private sealed class Registration(ConcurrentDictionary<SidecarConnection, byte> connections, SidecarConnection connection) : IDisposable
    {
        public void Dispose() => connections.TryRemove(connection, out _);
    }
}
