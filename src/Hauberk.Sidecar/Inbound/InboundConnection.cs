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
    private InboundAction? action;
    private SpiffeId? peer;
    private PeerChain? peerChain;
    private string? serverName;

    /// <summary>No byte came in time: perhaps the client waits for the server to speak, perhaps it is only slow.</summary>
    private bool isSilent;
    private TlsChannel? terminated;

    protected override async Task ServeAsync()
    {
        if (FindDestination() is not { } destination)
            return;
        if (!await OpenAsync(deadline => ClassifyAsync(destination, deadline)))
            return;
        if (!Authorize(destination))
            return;
        if (await DialApplicationAsync(destination) is not { } application)
            return;
        if (isSilent && !await HearWhoSpeaksFirstAsync(destination, application))
            return;
        await RelayAsync(terminated ?? (ByteChannel)new PlainChannel(Client), new PlainChannel(application));
    }

    public override PermissionLoss? Redecide(SidecarSnapshot snapshot)
    {
        if (wire is not { } form || action is null || Record.Destination is not { } destination)
            return null;
        var handling = snapshot.Policy.HandleInbound(destination.Port, form, httpHandlingAvailable: false);
        // A peer that proved itself stays welcome where the mode asks for less by now; one that did not must not be asked for more.
        if (handling.Action == InboundAction.Refuse || (action == InboundAction.PassThrough && handling.Action != InboundAction.PassThrough))
            return new PermissionLoss(handling.Reason);
        if (action == InboundAction.TerminateMutualTls && peer is null)
            return null;
        if (peerChain is not null && Path.Peers.StillVouchedFor(peerChain, PeerRole.Client, ProvenAt, snapshot.TrustBundles) is { } problem)
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

    /// <summary>
    /// What comes before a connection is let through, within the bounds on such connections: <paramref name="look"/> at first bytes, then what the
    /// matrix says. False: refused.
    /// </summary>
    private async Task<bool> OpenAsync(Func<Deadline, Task<WireForm?>> look)
    {
        var refusal = Path.Inbound.BeginOpening(Record.Source.Address);
        if (refusal != CloseReason.None)
        {
            Refuse(refusal);
            return false;
        }
        try
        {
            var deadline = Deadline.After((int)Limits.HandshakeTimeout.TotalMilliseconds);
            wire = await look(deadline);
            return wire is { } form && !IsOver && await HandleAsync(form, deadline);
        }
        finally
        {
            Path.Inbound.EndOpening(Record.Source.Address);
        }
    }

    /// <summary>Looks at the first bytes for as long as the port's mode demands. Null: refused.</summary>
    private async Task<WireForm?> ClassifyAsync(IPEndPoint destination, Deadline handshakeDeadline)
    {
        if (Path.Snapshots.Current is not { } snapshot)
        {
            Refuse(CloseReason.NoConfiguration);
            return null;
        }
        var mode = snapshot.Policy.ModeOf(destination.Port);
        // Whatever comes goes on as it is: nothing to wait for.
        if (mode == ServerMode.Disable)
            return WireForm.Plaintext;
        // Only a client that may come in without a proof can be one that waits for the server to speak.
        if (mode == ServerMode.Strict || !Decide(snapshot.Policy, destination).IsAllowed)
            return await DetectAsync(handshakeDeadline);
        return await DetectAsync(Deadline.After((int)(snapshot.Mesh.ProtocolDetectionTimeout ?? Limits.DetectionTimeout).TotalMilliseconds));
    }

    /// <summary>Null: refused.</summary>
    private async Task<WireForm?> DetectAsync(Deadline deadline)
    {
        var detected = await ProtocolDetector.DetectAsync(Client, new DetectionOptions(), deadline);
        serverName = detected.Hello?.ServerName;
        isSilent = detected.Kind == DetectedKind.Silent;
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
                // Ended, too: a probe that wanted to see the port open.
                return WireForm.Plaintext;
        }
    }

    /// <summary>
    /// The application was dialled for a client that has said nothing. Where the application speaks first, they talk; where the client does after
    /// all, what it says decides as if it had come in time. False: refused.
    /// </summary>
    private async Task<bool> HearWhoSpeaksFirstAsync(IPEndPoint destination, TcpConnection application)
    {
        var heard = DetectAsync(Deadline.Never);
        await Task.WhenAny(heard, WhenReadableAsync(application));
        if (IsOver)
            return false;
        if (!heard.IsCompleted)
            return true;
        action = null;
        return await OpenAsync(_ => heard) && Authorize(destination);
    }

    /// <summary>Until there is a byte, an end or a failure.</summary>
    private static async Task WhenReadableAsync(TcpConnection connection)
    {
        var first = new byte[1];
        while (connection.Peek(first, out var state) == 0 && state == PeekState.Open)
            await connection.WaitReadableAsync(Deadline.Never);
    }

    /// <summary>Does what the matrix says, by the configuration of this moment. False: refused.</summary>
    private async Task<bool> HandleAsync(WireForm form, Deadline deadline)
    {
        var handling = Path.Snapshots.Current!.Policy.HandleInbound(Record.Destination!.Port, form, httpHandlingAvailable: false);
        (action, Record.Mode) = (handling.Action, handling.Mode);
        Record.Security = form == WireForm.Plaintext ? ConnectionSecurity.Plaintext : ConnectionSecurity.Tls;
        if (action == InboundAction.TerminateMutualTls)
            return await HandshakeAsync(deadline);
        if (action == InboundAction.Refuse)
            Deny(handling.Reason);
        return action == InboundAction.PassThrough;
    }

    private async Task<bool> HandshakeAsync(Deadline deadline)
    {
        if (Path.Tls.Current is not { } tls)
        {
            Refuse(CloseReason.NoCertificate, verdict: Verdict.Deny);
            return false;
        }
        Record.DestinationIdentity = tls.Identity;
        var handshake = await TlsHandshake.AcceptAsync(Client, tls.Server, deadline);
        if (IsOver)
            return false;
        if (!handshake.IsEstablished)
        {
            RefuseHandshake(handshake.Problem, ClosedBy.Client);
            return false;
        }
        terminated = handshake.Channel;
        peer = Record.SourceIdentity = (SpiffeId)terminated.Peer!;
        peerChain = terminated.PeerChain;
        Record.IsResumed = terminated.IsResumed;
        Record.Security = ConnectionSecurity.MutualTls;
        return IsStillVouchedFor(peerChain, PeerRole.Client);
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
