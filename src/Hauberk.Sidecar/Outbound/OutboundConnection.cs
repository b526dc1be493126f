using System.Globalization;
using System.Net;
using Hauberk.Identity;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Outbound;

/// <summary>The spine of a connection that the application makes.</summary>
/// <param name="explicitDestination">Where nothing captures traffic: what the listener stands for.</param>
internal sealed class OutboundConnection(
    DataPath path, ConnectionRegistry registry, Tunnels tunnels, TcpConnection client, IPEndPoint? explicitDestination)
    : LiveConnection(path, registry, path.Outbound, SourceOf(client), ConnectionDirection.Outbound)
{
    private const int MaxAttempts = 3;

    // Each is one more tunnel filled up, or dead, before our stream began.
    private const int MaxTunnelAttempts = 8;

    // A peer whose tunnels all die at the first stream is not to be called for ever.
    private const int MaxRelays = 3;

    private PlainChannel? application;
    private int relays;

    // What is known so far, for deciding anew.
    private OutboundTarget? target;
    private IPEndPoint? endpoint;
    private ClientTls? sent;
    private SpiffeId? peer;
    private PeerChain? peerChain;

    protected override async Task ServeAsync()
    {
        if (FindDestination() is not { } called)
            return;
        if (await ResolveAsync(called))
            await RelayAsync();
    }

    /// <summary>The tunnel died. To the application nothing has happened yet.</summary>
    protected override async Task ServeAgainAsync()
    {
        LeaveEndpoint();
        ForgetTunnel();
        if (relays < MaxRelays)
            await RelayAsync();
        else
            await base.ServeAgainAsync();
    }

    public override PermissionLoss? Redecide(SidecarSnapshot snapshot)
    {
        if (peer is not null && Path.Peers.StillVouchedFor(peerChain!, PeerRole.Server, ProvenAt, snapshot.TrustBundles) is { } problem)
            return new PermissionLoss(DecisionReason.None, Problem: problem);
        // A destination that is gone, or an endpoint that has left, takes nothing away from who talks to it.
        if (target?.Destination is not { } known || endpoint is null || !snapshot.Destinations.TryGetValue(known.Name, out var destination))
            return null;
        if (sent == ClientTls.Plaintext)
            return RedecidePlaintext(destination, endpoint);
        if (peer is null)
            return null;
        var naming = destination.Policy.NamingOf(target.Port).Accept(peer);
        return naming.IsAccepted ? null : new PermissionLoss(naming.Reason);
    }

    protected override void BreakClient() => client.Abort();

    protected override void Leave() => LeaveEndpoint();

    /// <summary>
    /// Plaintext goes on while the server takes it. It ends where the server demands a proof by now, or a DestinationRule demands TLS.
    /// </summary>
    private PermissionLoss? RedecidePlaintext(DestinationSnapshot destination, IPEndPoint address)
    {
        if (OutboundTarget.EndpointAt(destination, target!.Port, address) is not { } known || Path.IsOwnAddress(address.Address))
            return null;
        var decision = DecideTls(destination, known, address);
        var isDemanded = decision.Reason == DecisionReason.DestinationRuleTls || decision.Tls == ClientTls.Refused
            || known.ModeAt(address.Port) == ServerMode.Strict;
        return decision.Tls != ClientTls.Plaintext && isDemanded ? new PermissionLoss(decision.Reason, decision.Rule) : null;
    }

    /// <summary>Null: refused.</summary>
    private IPEndPoint? FindDestination()
    {
        if ((explicitDestination ?? client.OriginalDestination) is not { } called)
        {
            // Nothing redirected it here: somebody calls the sidecar itself.
            Refuse(CloseReason.OwnPort);
            return null;
        }
        Record.Destination = called;
        if (!Path.IsOwnPort(called))
            return called;
        Refuse(CloseReason.OwnPort);
        return null;
    }

    /// <summary>False: refused.</summary>
    private async Task<bool> ResolveAsync(IPEndPoint called)
    {
        target = await Path.Destinations.ResolveAsync(called, CancellationToken.None);
        Record.DestinationHost = target.Destination?.Host ?? "";
        if (target.Refusal != CloseReason.None)
            Refuse(target.Refusal);
        return !IsOver;
    }

    private async Task RelayAsync()
    {
        if (await ReachAsync() is not { } server)
            return;
        relays++;
        Relay(application ??= new PlainChannel(client), server);
    }

    /// <summary>An endpoint and a way to it: others are tried while not a byte has gone out. Null: refused.</summary>
    private async Task<ByteChannel?> ReachAsync()
    {
        var tried = new List<IPEndPoint>();
        ConnectProblem? problem = null;
        while (tried.Count < MaxAttempts && Path.Endpoints.Take(target!.Addresses, tried) is { } address)
        {
            endpoint = address;
            tried.Add(address);
            var decision = DecideTls(address);
            if (!CanSend(decision))
                return null;
            // Before the wait: a change that comes meanwhile finds here what it has to decide anew.
            sent = decision.Tls;
            Allow(decision.Reason, decision.Rule);
            if (TunnelsAt(address, decision) is { } tunnelsAt && await EnterTunnelAsync(tunnelsAt, address, decision) is { } stream)
                return stream;
            if (IsOver)
                return null;
            var result = await ConnectAsync(address, decision);
            if (IsOver)
                return null;
            if (result.IsConnected)
                return await TransportAsync(result.Connection, decision);
            problem = result.Problem;
            Path.Endpoints.Failed(address);
            LeaveEndpoint();
        }
        Refuse(problem is null ? CloseReason.NoEndpoint : ReasonOf(problem), ClosedBy.Server);
        return null;
    }

    private async Task<ConnectResult> ConnectAsync(IPEndPoint address, ClientTlsDecision decision)
    {
        // Plaintext to oneself comes from the address it goes to: where this host does not have the address any more, nothing leaves it.
        var from = decision.Reason == DecisionReason.OwnWorkload ? address.Address : null;
        var result = await ConnectAsync(address, from);
        // It may be this host that refused it: the port chosen was an application's a moment ago, and capture keeps the two apart. The next is another.
        return result.Problem?.Kind == ConnectProblemKind.Refused && !IsOver ? await ConnectAsync(address, from) : result;
    }

    /// <summary>Where the peer's sidecar takes tunnels; null: nowhere, or the bytes are not for it.</summary>
    private IPEndPoint? TunnelsAt(IPEndPoint address, ClientTlsDecision decision) =>
        decision.Tls == ClientTls.MeshMutual
        && OutboundTarget.EndpointAt(AsOfNow(target!.Destination!), target.Port, address)?.TunnelPort is { } port
            ? new IPEndPoint(address.Address, port)
            : null;

    /// <summary>
    /// A stream in a tunnel to the peer's sidecar, which the server's answer opened. Null: refused, or no tunnel is to be had and mutual TLS of its own
    /// is the way.
    /// </summary>
    private async Task<ByteChannel?> EnterTunnelAsync(IPEndPoint tunnelsAt, IPEndPoint address, ClientTlsDecision decision)
    {
        var serverName = ServerNames.For(target!.Destination!, target.Port, decision.Settings?.Sni);
        var deadline = Deadline.After((int)(Limits.ConnectTimeout + Limits.HandshakeTimeout).TotalMilliseconds);
        for (var attempt = 0; attempt < MaxTunnelAttempts; attempt++)
        {
            if (await tunnels.TakeAsync(tunnelsAt) is not { } tunnel || IsOver)
                break;
            (Record.Upstream, Record.Security) = (address, ConnectionSecurity.Tunnel);
            Record.SourceIdentity = Path.Tls.Current?.Identity;
            if (!IsProven(tunnel.Channel))
                return null;
            var opening = await tunnel.OpenAsync(address.ToString(), deadline, serverName);
            if (opening.Stream is { } stream)
            {
                ServerIs(stream.Abort);
                return IsOver ? null : stream;
            }
            if (IsOver)
                return null;
            if (!opening.CanRetry)
                return RefuseOpening(opening);
        }
        ForgetTunnel();
        return null;
    }

    private void ForgetTunnel() => (Record.Security, Record.DestinationIdentity, peer, peerChain) = (ConnectionSecurity.None, null, null, null);

    private ByteChannel? RefuseOpening(TunnelOpening opening)
    {
        Record.Detail = opening.Problem?.Detail ?? string.Create(CultureInfo.InvariantCulture, $"the server's sidecar answered {opening.Status}");
        Refuse(
            opening.Problem switch
            {
                null => TunnelStatus.ReasonOf(opening.Status),
                { Kind: ChannelProblemKind.TimedOut } => CloseReason.ConnectTimeout,
                _ => CloseReason.Reset,
            },
            ClosedBy.Server);
        return null;
    }

    /// <summary>How the bytes travel on a connection of their own.</summary>
    private async Task<ByteChannel?> TransportAsync(TcpConnection server, ClientTlsDecision decision)
    {
        if (decision.Tls == ClientTls.MeshMutual)
            return await HandshakeAsync(server, decision);
        Record.Security = target!.Destination is null or { IsExternal: true } ? ConnectionSecurity.Passthrough : ConnectionSecurity.Plaintext;
        return new PlainChannel(server);
    }

    private async Task<ByteChannel?> HandshakeAsync(TcpConnection server, ClientTlsDecision decision)
    {
        if (Path.Tls.Current is not { } tls)
        {
            Refuse(CloseReason.NoCertificate, verdict: Verdict.Deny);
            return null;
        }
        Record.SourceIdentity = tls.Identity;
        var deadline = Deadline.After((int)Limits.HandshakeTimeout.TotalMilliseconds);
        var serverName = ServerNames.For(target!.Destination!, target.Port, decision.Settings?.Sni);
        var handshake = await TlsHandshake.ConnectAsync(server, tls.Client, serverName, deadline, $"{endpoint} {serverName}");
        if (IsOver)
            return null;
        if (!handshake.IsEstablished)
        {
            RefuseHandshake(handshake.Problem, ClosedBy.Server);
            return null;
        }
        Record.IsResumed = handshake.Channel.IsResumed;
        Record.Security = ConnectionSecurity.MutualTls;
        return IsProven(handshake.Channel) ? handshake.Channel : null;
    }

    /// <summary>Takes the identity that the handshake proved: it must still count, and be one that may serve this destination now. False: refused.</summary>
    private bool IsProven(TlsChannel channel)
    {
        peer = Record.DestinationIdentity = (SpiffeId)channel.Peer!;
        peerChain = channel.PeerChain;
        if (!IsStillVouchedFor(peerChain, PeerRole.Server))
            return false;
        var naming = AsOfNow(target!.Destination!).Policy.NamingOf(target.Port).Accept(peer);
        if (!naming.IsAccepted)
            Deny(naming.Reason);
        return naming.IsAccepted;
    }

    private ClientTlsDecision DecideTls(IPEndPoint address)
    {
        if (target!.Destination is not { } resolved)
            return new ClientTlsDecision(ClientTls.Plaintext, DecisionReason.ExternalService, null, null);
        // The bytes never leave this host, and no sidecar stands in between.
        if (Path.IsOwnAddress(address.Address))
            return new ClientTlsDecision(ClientTls.Plaintext, DecisionReason.OwnWorkload, null, null);
        // What was looked up may be of before a wait; the walk over live connections that a change brings is then past.
        var destination = AsOfNow(resolved);
        return DecideTls(destination, OutboundTarget.EndpointAt(destination, target.Port, address) ?? target.EndpointAt(address), address);
    }

    private DestinationSnapshot AsOfNow(DestinationSnapshot destination) =>
        Path.Snapshots.Current?.Destinations.GetValueOrDefault(destination.Name) ?? destination;

    private ClientTlsDecision DecideTls(DestinationSnapshot destination, DestinationEndpoint? known, IPEndPoint address) =>
        destination.Policy.DecideTls(new ClientTlsFacts(
            destination.Host, destination.Namespace, target!.Port, Subset: null, destination.IsExternal,
            known?.HasSidecar ?? false, known?.ModeAt(address.Port) ?? ServerMode.Permissive));

    /// <summary>False: refused.</summary>
    private bool CanSend(ClientTlsDecision decision)
    {
        switch (decision.Tls)
        {
            case ClientTls.Plaintext:
                return true;
            case ClientTls.MeshMutual when Path.Tls.Current is not null:
                return true;
            case ClientTls.MeshMutual:
                Refuse(CloseReason.NoCertificate);
                return false;
            case ClientTls.Refused:
                Deny(decision.Reason, decision.Rule);
                return false;
            default:
                // SIMPLE and MUTUAL: never plaintext in their place.
                (Record.Reason, Record.Rule) = (decision.Reason, decision.Rule);
                Refuse(CloseReason.TlsModeNotSupported);
                return false;
        }
    }

    private void LeaveEndpoint()
    {
        if (endpoint is not null)
            Path.Endpoints.Release(endpoint);
        endpoint = null;
    }
}
