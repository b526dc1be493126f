using System.Net;
using Hauberk.Net.Sockets;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>Counts one direction's connections against its limits. Used from every loop.</summary>
public sealed class ConnectionAdmission(ConnectionLimits limits)
{
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, int> openingBySource = [];
    private int connections;
    private int opening;

    public ConnectionLimits Limits { get; } = limits;

    /// <summary>The bounds here refuse with a record; the listener's own, which would keep clients waiting without a word, lies above them.</summary>
    public ListenerOptions ListenerOptions { get; } = new() { MaxConnections = limits.MaxConnections + 1024 };

    /// <summary>Connections accepted and not yet let through.</summary>
    public int Opening => Volatile.Read(ref opening);

    /// <summary>None: admitted, and <see cref="Leave"/> is owed.</summary>
    public CloseReason Enter()
    {
        if (Interlocked.Increment(ref connections) <= Limits.MaxConnections)
            return CloseReason.None;
        Leave();
        return CloseReason.TooManyConnections;
    }

    public void Leave() => Interlocked.Decrement(ref connections);

    /// <summary>None: admitted, and <see cref="EndOpening"/> is owed.</summary>
    public CloseReason BeginOpening(IPAddress source)
    {
        lock (gate)
        {
            if (opening >= Limits.MaxOpening)
                return CloseReason.TooManyHandshakes;
            var ofSource = openingBySource.GetValueOrDefault(source);
            if (ofSource >= Limits.MaxOpeningPerSource)
                return CloseReason.TooManyHandshakesFromSource;
            openingBySource[source] = ofSource + 1;
            opening++;
            return CloseReason.None;
        }
    }

    public void EndOpening(IPAddress source)
    {
        lock (gate)
        {
            opening--;
            if (--openingBySource[source] > 0)
                return;
            openingBySource.Remove(source);
        }
    }
}
