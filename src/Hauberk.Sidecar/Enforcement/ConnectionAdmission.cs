using System.Net;
using Hauberk.Net.Sockets;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>Counts one direction's connections against its limits. Used from every loop.</summary>
public sealed class ConnectionAdmission(ConnectionLimits limits)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> connectionsBySource = [];
    private readonly Dictionary<IPAddress, int> openingBySource = [];
    private int connections;
    private int opening;

    public ConnectionLimits Limits { get; } = limits;

    /// <summary>The bounds here refuse with a record; the listener's own, which would keep clients waiting without a word, lies above them.</summary>
    public ListenerOptions ListenerOptions { get; } = new() { MaxConnections = limits.MaxConnections + 1024 };

    /// <summary>Connections accepted and not yet let through.</summary>
    public int Opening => Volatile.Read(ref opening);

    /// <summary>None: admitted, and <see cref="Leave"/> is owed.</summary>
    public CloseReason Enter(IPAddress source)
    {
        lock (gate)
        {
            if (connections >= Limits.MaxConnections)
                return CloseReason.TooManyConnections;
            if (!TryAdd(connectionsBySource, source, Limits.MaxConnectionsPerSource))
                return CloseReason.TooManyConnectionsFromSource;
            connections++;
            return CloseReason.None;
        }
    }

    public void Leave(IPAddress source)
    {
        lock (gate)
        {
            connections--;
            Remove(connectionsBySource, source);
        }
    }

    /// <summary>None: admitted, and <see cref="EndOpening"/> is owed.</summary>
    public CloseReason BeginOpening(IPAddress source)
    {
        lock (gate)
        {
            if (opening >= Limits.MaxOpening)
                return CloseReason.TooManyHandshakes;
            if (!TryAdd(openingBySource, source, Limits.MaxOpeningPerSource))
                return CloseReason.TooManyHandshakesFromSource;
            opening++;
            return CloseReason.None;
        }
    }

    public void EndOpening(IPAddress source)
    {
        lock (gate)
        {
            opening--;
            Remove(openingBySource, source);
        }
    }

    private static bool TryAdd(Dictionary<IPAddress, int> bySource, IPAddress source, int most)
    {
        var before = bySource.GetValueOrDefault(source);
        if (before >= most)
            return false;
        bySource[source] = before + 1;
        return true;
    }

    private static void Remove(Dictionary<IPAddress, int> bySource, IPAddress source)
    {
        if (--bySource[source] == 0)
            bySource.Remove(source);
    }
}
