using System.Net;
using Hauberk.Api.Flows;

namespace Hauberk.ControlPlane.Flows;

/// <summary>
/// Ports whose application speaks before its client, as the flows of their own sidecars tell. Outlives the ledger's ring; in memory, bounded:
/// what finds no place is not remembered.
/// </summary>
internal sealed class ServerFirstPorts(TimeProvider clock)
{
    public const int MaxPorts = 64;

    private const int MaxWorkloads = 16_384;

    private readonly Dictionary<string, SortedDictionary<int, DateTimeOffset>> byWorkload = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>Takes what a flow, filled in, tells about its port.</summary>
    public void Learn(Flow flow)
    {
        if (flow.Direction != "inbound" || flow.Verdict != "allow" || flow.FirstSpeaker.Length == 0 || flow.Reporter.Length == 0) return;
        if (!IPEndPoint.TryParse(flow.DestinationAddress, out var destination)) return;
        lock (gate)
        {
            if (flow.FirstSpeaker == "application") Add(flow.Reporter, destination.Port);
            // The first bytes of mutual TLS are those of the client's sidecar, whatever the application does.
            else if (flow.FirstSpeaker == "client" && flow.Security is "plaintext" or "tls") Remove(flow.Reporter, destination.Port);
        }
    }

    /// <param name="workload">"namespace/name".</param>
    /// <returns>By port, with when that was last seen.</returns>
    public IReadOnlyList<(int Port, DateTimeOffset LastSeen)> Of(string workload)
    {
        lock (gate) return byWorkload.TryGetValue(workload, out var ports) ? [.. ports.Select(static p => (p.Key, p.Value))] : [];
    }

    private void Add(string workload, int port)
    {
        if (!byWorkload.TryGetValue(workload, out var ports))
        {
            if (byWorkload.Count == MaxWorkloads) return;
            byWorkload[workload] = ports = [];
        }
        if (ports.Count < MaxPorts || ports.ContainsKey(port)) ports[port] = clock.GetUtcNow();
    }

    private void Remove(string workload, int port)
    {
        if (byWorkload.TryGetValue(workload, out var ports) && ports.Remove(port) && ports.Count == 0) byWorkload.Remove(workload);
    }
}
