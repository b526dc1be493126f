using System.Net;
using Hauberk.Identity;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel;
using Hauberk.Sidecar.Enforcement;

namespace Hauberk.Sidecar.Outbound;

/// <summary>One loop's tunnels to one sidecar: as few as carry the streams, made when the first connection asks, closed after they were idle.</summary>
internal sealed class TunnelsToPeer(DataPath path, EventLoop loop, IPEndPoint peer)
{
    /// <summary>How long a peer that gave no tunnel is not asked again.</summary>
    public static readonly TimeSpan FailureMemory = TimeSpan.FromSeconds(10);

    // Where nobody answers at the tunnels' port (a firewall, perhaps), connections must not wait long for the other way.
    private const int ConnectTimeoutMs = 2_000;
    private const int MaxTunnels = 64;

    // Each is one more tunnel that others filled up before us, or that its peer left at once.
    private const int MaxRounds = 8;

    private const int MaxStillborn = 3;

    private readonly List<Held> tunnels = [];
    private Task<bool>? making;
    private TcpConnection? coming;
    private long? failedAt;
    private int stillborn;
    private bool isAborted;

    public bool IsIdle => making is null && !HasFailed && tunnels.TrueForAll(static held => held.Tunnel.IsLeaving);

    private bool HasFailed => failedAt is { } at && path.Time.GetElapsedTime(at) < FailureMemory;

    /// <summary>A tunnel that takes another stream at this moment, with the certificate of this moment. Null: none is to be had.</summary>
    public async Task<TunnelConnection?> TakeAsync()
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            if (Find() is { } tunnel)
                return tunnel;
            if (making is null && (HasFailed || tunnels.Count >= MaxTunnels))
                return null;
            if (!await (making ??= MakeAsync()))
                return null;
        }
        return null;
    }

    public void Drain()
    {
        foreach (var held in tunnels)
            held.Tunnel.Drain();
    }

    /// <summary>For good: none is made any more.</summary>
    public void Abort(string reason)
    {
        isAborted = true;
        coming?.Abort();
        foreach (var held in tunnels)
            held.Tunnel.Abort(reason);
    }

    private TunnelConnection? Find()
    {
        // A new certificate, ours or by its age the peer's, means new tunnels; streams that go on in the old ones end there.
        foreach (var held in tunnels)
            if (!held.Tunnel.IsLeaving && (held.Tls != path.Tls.Current || !IsVouchedFor(held.Tunnel.Channel)))
                held.Tunnel.Drain();
        foreach (var held in tunnels)
            if (held.Tunnel.IsLeaving)
                Judge(held.Tunnel);
        tunnels.RemoveAll(static held => held.Tunnel.IsLeaving);
        return tunnels.Find(static held => held.Tunnel.CanOpen)?.Tunnel;
    }

    /// <summary>
    /// Whether the server takes our certificate shows only after our side of the handshake: who ends tunnel after tunnel without a word has none to give.
    /// </summary>
    private void Judge(TunnelConnection ended)
    {
        stillborn = ended.HasHeardPeer ? 0 : stillborn + 1;
        if (stillborn >= MaxStillborn)
            (stillborn, failedAt) = (0, path.Time.GetTimestamp());
    }

    private bool IsVouchedFor(TlsChannel channel) =>
        path.Snapshots.Current is { } snapshot
        && path.Peers.StillVouchedFor(channel.PeerChain, PeerRole.Server, path.Time.GetUtcNow(), snapshot.TrustBundles) is null;

    /// <summary>Shared by all who wait. False: it did not come about.</summary>
    private async Task<bool> MakeAsync()
    {
        // Not before the field holds it: who ends at once must find it there to clear.
        await Task.Yield();
        try
        {
            var made = await ConnectAsync();
            if (!made)
                failedAt = path.Time.GetTimestamp();
            return made;
        }
        finally
        {
            (making, coming) = (null, null);
        }
    }

    private async Task<bool> ConnectAsync()
    {
        if (isAborted)
            return false;
        var limits = path.Outbound.Limits;
        var connected = await TcpConnection.ConnectAsync(loop, peer, path.Connect(limits) with { TimeoutMs = ConnectTimeoutMs }, begun => coming = begun);
        if (!connected.IsConnected)
            return false;
        // Read in the turn in which the handshake begins.
        if (path.Tls.Current is not { } tls)
        {
            connected.Connection.Abort();
            return false;
        }
        var deadline = Deadline.After((int)limits.HandshakeTimeout.TotalMilliseconds);
        var handshake = await TlsHandshake.ConnectAsync(connected.Connection, tls.TunnelClient, serverName: null, deadline);
        if (handshake.Channel is not { } channel)
            return false;
        if (channel.AlpnProtocol != TlsContexts.TunnelProtocol)
        {
            channel.Abort();
            return false;
        }
        tunnels.Add(new Held(TunnelConnection.Connect(channel, TunnelOptions.Default), tls));
        return true;
    }

    private sealed record Held(TunnelConnection Tunnel, TlsContexts.Set Tls);
}
