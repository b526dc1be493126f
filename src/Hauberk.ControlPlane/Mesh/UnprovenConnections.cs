using System.Net;
using Hauberk.ControlPlane.Observability;
using Microsoft.AspNetCore.Connections;

namespace Hauberk.ControlPlane.Mesh;

/// <summary>
/// Bounds the connections that have proven no identity, in their handshake or without a certificate: how many there are, how many come from one
/// address, and how long each may last. So strangers take no place from sidecars that are known.
/// </summary>
internal sealed class UnprovenConnections(TimeProvider clock, ControlPlaneMetrics metrics)
{
    public const int Max = 8192;

    /// <summary>Sidecars behind one address may come back all at once; those that find no place try again.</summary>
    public const int MaxPerSource = 1024;

    /// <summary>A handshake and a signing request take seconds.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private static readonly object ItemKey = new();

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> bySource = [];
    private int all;

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var source = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!TryEnter(source))
        {
            metrics.ConnectionsRefused.Increment();
            connection.Abort(new ConnectionAbortedException("too many connections without an identity"));
            return;
        }
        using var place = new Place(this, source, clock, connection);
        connection.Items[ItemKey] = place;
        await next(connection);
    }

    /// <summary>The peer has proven who it is: these bounds are no longer its.</summary>
    public static void Proven(BaseConnectionContext connection) => (connection.Items[ItemKey] as Place)?.Dispose();

    private bool TryEnter(IPAddress source)
    {
        lock (gate)
        {
            var ofSource = bySource.GetValueOrDefault(source);
            if (all >= Max || ofSource >= MaxPerSource) return false;
            bySource[source] = ofSource + 1;
            all++;
            return true;
        }
    }

    private void Leave(IPAddress source)
    {
        lock (gate)
        {
            all--;
            if (--bySource[source] == 0) bySource.Remove(source);
        }
    }

    private sealed class Place(UnprovenConnections places, IPAddress source, TimeProvider clock, ConnectionContext connection) : IDisposable
    {
        private readonly ITimer end = clock.CreateTimer(
            static c => ((ConnectionContext)c!).Abort(new ConnectionAbortedException("no identity in time")), connection, Longest, Timeout.InfiniteTimeSpan);
        private int isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isLeft, 1) != 0) return;
            end.Dispose();
            places.Leave(source);
        }
    }
}
