using System.Net;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Tunnel;
using Hauberk.Sidecar.Enforcement;

namespace Hauberk.Sidecar.Outbound;

/// <summary>One loop's tunnels to other sidecars, shared by all its connections to them. Use on the loop's thread.</summary>
internal sealed class Tunnels(DataPath path, EventLoop loop)
{
    private const int PruneAbove = 1024;

    private readonly Dictionary<IPEndPoint, TunnelsToPeer> peers = [];

    /// <summary>A tunnel that takes another stream. Null: there is none to be had now; mutual TLS of its own is the other way.</summary>
    public Task<TunnelConnection?> TakeAsync(IPEndPoint peer)
    {
        if (!peers.TryGetValue(peer, out var tunnels))
        {
            if (peers.Count >= PruneAbove)
                Prune();
            peers.Add(peer, tunnels = new TunnelsToPeer(path, loop, peer));
        }
        return tunnels.TakeAsync();
    }

    /// <summary>They take no more streams, and end with the last one.</summary>
    public void Drain()
    {
        foreach (var tunnels in peers.Values)
            tunnels.Drain();
    }

    /// <summary>Breaks them off with all their streams, those that wait for an answer as well.</summary>
    public void Abort(string reason)
    {
        foreach (var tunnels in peers.Values)
            tunnels.Abort(reason);
    }

    private void Prune()
    {
        foreach (var peer in peers.Where(static p => p.Value.IsIdle).Select(static p => p.Key).ToList())
            peers.Remove(peer);
    }
}
