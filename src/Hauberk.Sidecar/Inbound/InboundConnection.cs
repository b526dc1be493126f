using System.Net;
using Hauberk.Identity;
using Hauberk.Net.Channels;
using Hauberk.Net.Detection;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Inbound;

/// <summary>The spine of a connection that comes in for the application.</summary>
/// <param name="explicitDestination">Where nothing captures traffic: what the listener stands for.</param>
internal sealed class InboundConnection(DataPath path, ConnectionRegistry registry, TcpConnection client, IPEndPoint? explicitDestination)
    : LiveConnection(path, registry, path.Inbound, client, ConnectionDirection.Inbound)
{
    // What is known so far, for deciding anew.
    private WireForm? wire;
    private InboundAction action;
    private SpiffeId? peer;
    private PeerChain? peerChain;
    private string? serverName;

    protected override async Task ServeAsync()
    {
        if (FindDestination() is not { } destination)
            return;
        if (await OpenAsync(destination.Port) is not { } opened)
            return;
        if (!Authorize(destination))
            return;
        if (await DialApplicationAsync(destination) is not { } application)
            return;
        await RelayAsync(opened, new PlainChannel(application));
    }

    public override PermissionLoss? Redecide(SidecarSnapshot snapshot)
    {
        if (wire is not { } form || Record.Destination is not { } destination)
            return null;
        var handling = snapshot.Policy.HandleInbound(destination.Port, form, httpHandlingAvailable: false);
        // A peer that proved itself stays welcome where the mode asks for less by now; one that did not must not be asked for more.
        if (handling.Action == InboundAction.Refuse || (action == InboundAction.PassThrough && handling.Action != InboundAction.PassThrough))
            return new PermissionLoss(handling.Reason);
        if (action == InboundAction.TerminateMutualTls && peer is null)
            return null;
        if (peerChain is not null && Path.Peers.StillVouchedFor(peerChain, PeerRole.Client, Record.StartedAt, snapshot.TrustBundles) is { } problem)
            return new PermissionLoss(DecisionReason.None, Problem: problem);
        var decision = Decide(snapshot.Policy, destination);
        return decision.IsAllowed ? null : new PermissionLoss(decision.Reason, decision.Rule?.ToString());
    }

    /// <summary>Null: refused.</summary>
    private IPEndPoint? FindDestination()
    {
        if ((explicitDestination ?? Client.OriginalDestination) is not { } destination)
        {
            // Nothing redirected it here: somebody calls the sidecar itself.
            Refuse(CloseReason.OwnPort);
            return null;
        }
        Record.Destination = destination;
        if (!Path.Options.OwnPorts.Contains(destination.Port))
            return destination;
        Refuse(CloseReason.OwnPort);
        return null;
    }

    /// <summary>From first bytes to a channel whose other end is known, within the bounds on such connections. Null: refused.</summary>
    private async Task<ByteChannel?> OpenAsync(int port)
    {
        var refusal = Path.Inbound.BeginOpening(Record.Source.Address);
        if (refusal != CloseReason.None)
        {
            Refuse(refusal);
            return null;
        }
        try
        {
            var deadline = Deadline.After((int)Limits.HandshakeTimeout.TotalMilliseconds);
            return await ClassifyAsync(port, deadline) ? await HandleAsync(port, deadline) : null;
        }
        finally
        {
            Path.Inbound.EndOpening(Record.Source.Address);
        }
    }

    /// <summary>Looks at the first bytes as the port's mode demands. False: refused.</summary>
    private async Task<bool> ClassifyAsync(int port, Deadline handshakeDeadline)
    {
        if (Path.Snapshots.Current is not { } snapshot)
        {
            Refuse(CloseReason.NoConfiguration);
            return false;
        }
        var mode = snapshot.Policy.ModeOf(port);
        // Whatever comes goes on as it is: nothing to wait for.
        if (mode == ServerMode.Disable)
            wire = WireForm.Plaintext;
        else
            wire = await DetectAsync(mode == ServerMode.Strict ? handshakeDeadline : DetectionDeadline(snapshot));
        return wire is not null && !IsOver;
    }

    private Deadline DetectionDeadline(SidecarSnapshot snapshot) =>
        Deadline.After((int)(snapshot.Mesh.ProtocolDetectionTimeout ?? Limits.DetectionTimeout).TotalMilliseconds);

    private async Task<WireForm?> DetectAsync(Deadline deadline)
    {
        var detected = await ProtocolDetector.DetectAsync(Client, new DetectionOptions(), deadline);
        serverName = detected.Hello?.ServerName;
        switch (detected.Kind)
        {
            case DetectedKind.Tls:
                return MeshProtocols.AreOffered(detected.Hello!.AlpnProtocols) ? WireForm.MeshTls : WireForm.OtherTls;
            case DetectedKind.MalformedTls:
                return WireForm.OtherTls;
            case DetectedKind.Broken:
                Refuse(CloseReason.ClosedWhileDetecting, ClosedBy.Client);
                return null;
            default:
                // Silent: a server-first protocol, which only plaintext can be. Ended: a probe that wanted to see the port open.
                return WireForm.Plaintext;
        }
    }

    /// <summary>Does what the matrix says, by the configuration of this moment. Null: refused.</summary>
    private async Task<ByteChannel?> HandleAsync(int port, Deadline deadline)
    {
        var handling = Path.Snapshots.Current!.Policy.HandleInbound(port, wire!.Value, httpHandlingAvailable: false);
        (action, Record.Mode) = (handling.Action, handling.Mode);
        Record.Security = wire == WireForm.Plaintext ? ConnectionSecurity.Plaintext : ConnectionSecurity.Tls;
        switch (action)
        {
            case InboundAction.PassThrough:
                return new PlainChannel(Client);
            case InboundAction.TerminateMutualTls:
                return await HandshakeAsync(deadline);
            default:
                Deny(handling.Reason);
                return null;
        }
    }

    private async Task<ByteChannel?> HandshakeAsync(Deadline deadline)
    {
        if (Path.Tls.Current is not { } tls)
        {
            Refuse(CloseReason.NoCertificate);
            return null;
        }
        Record.DestinationIdentity = tls.Identity;
        var handshake = await TlsHandshake.AcceptAsync(Client, tls.Server, deadline);
        if (IsOver || !handshake.IsEstablished)
        {
            if (!IsOver)
                RefuseHandshake(handshake.Problem!, ClosedBy.Client);
            return null;
        }
        peer = Record.SourceIdentity = (SpiffeId)handshake.Channel.Peer!;
        peerChain = handshake.Channel.PeerChain;
        Record.Security = ConnectionSecurity.MutualTls;
        return handshake.Channel;
    }

    private bool Authorize(IPEndPoint destination)
    {
        var decision = Decide(Path.Snapshots.Current!.Policy, destination);
        if (decision.IsAllowed)
            Allow(decision.Reason, decision.Rule?.ToString());
        else
            Deny(decision.Reason, decision.Rule?.ToString());
        return decision.IsAllowed;
    }

    private AuthorizationDecision Decide(CompiledWorkloadPolicy policy, IPEndPoint destination)
    {
        if (peer is not null && policy.AcceptClient(peer) is { IsAccepted: false } foreign)
            return new AuthorizationDecision(Verdict.Deny, foreign.Reason, null);
        return policy.Authorize(new ConnectionFacts(peer, Record.Source.Address, destination.Address, destination.Port, serverName));
    }

    /// <summary>At the address the client called, so that an application bound to loopback stays private. Null: refused.</summary>
    private async Task<TcpConnection?> DialApplicationAsync(IPEndPoint destination)
    {
        var application = new IPEndPoint(Path.Options.ApplicationAddress ?? destination.Address, destination.Port);
        var result = await ConnectAsync(application);
        if (IsOver)
            return null;
        if (!result.IsConnected)
            Refuse(ReasonOf(result.Problem), ClosedBy.Server);
        return result.Connection;
    }
}
