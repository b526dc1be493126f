using System.Net;
using Hauberk.Identity;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Inbound;

/// <summary>What comes in for the application, however it travelled: it is decided, the application is dialled.</summary>
internal abstract class ApplicationConnection(DataPath path, ConnectionRegistry registry, IPEndPoint source)
    : LiveConnection(path, registry, path.Inbound, source, ConnectionDirection.Inbound)
{
    // What is known so far, for deciding anew.
    private SpiffeId? peer;
    private PeerChain? peerChain;
    private WireForm? wire;

    protected InboundAction? Action { get; set; }

    /// <summary>What the client named as SNI; null: nothing.</summary>
    protected string? ServerName { get; set; }

    public override PermissionLoss? Redecide(SidecarSnapshot snapshot)
    {
        if (wire is not { } form || Action is null || Record.Destination is not { } destination)
            return null;
        var handling = snapshot.Policy.HandleInbound(destination.Port, form, httpHandlingAvailable: false);
        // A peer that proved itself stays welcome where the mode asks for less by now; one that did not must not be asked for more.
        if (handling.Action == InboundAction.Refuse || (Action == InboundAction.PassThrough && handling.Action != InboundAction.PassThrough))
            return new PermissionLoss(handling.Reason);
        if (Action == InboundAction.TerminateMutualTls && peer is null)
            return null;
        if (peerChain is not null && Path.Peers.StillVouchedFor(peerChain, PeerRole.Client, ProvenAt, snapshot.TrustBundles) is { } problem)
            return new PermissionLoss(DecisionReason.None, Problem: problem);
        var decision = Decide(snapshot.Policy, destination);
        return decision.IsAllowed ? null : new PermissionLoss(decision.Reason, decision.Rule?.ToString());
    }

    /// <summary>What the matrix says by the configuration of this moment. From now on it is decided anew whenever that changes.</summary>
    protected InboundHandling Handle(WireForm form)
    {
        var handling = Path.Snapshots.Current!.Policy.HandleInbound(Record.Destination!.Port, form, httpHandlingAvailable: false);
        (wire, Action, Record.Mode) = (form, handling.Action, handling.Mode);
        return handling;
    }

    /// <summary>Takes the identity that the handshake proved, if it still counts. False: refused.</summary>
    protected bool IsProven(TlsChannel channel)
    {
        peer = Record.SourceIdentity = (SpiffeId)channel.Peer!;
        peerChain = channel.PeerChain;
        if (!IsStillVouchedFor(peerChain, PeerRole.Client))
            return false;
        Path.Memory.MeshClientCameFrom(Record.Source.Address, Path.Snapshots.Current!);
        return true;
    }

    protected bool Authorize(IPEndPoint destination)
    {
        var decision = Decide(Path.Snapshots.Current!.Policy, destination);
        if (decision.IsAllowed)
            Allow(decision.Reason, decision.Rule?.ToString());
        else
            Deny(decision.Reason, decision.Rule?.ToString());
        return decision.IsAllowed;
    }

    protected AuthorizationDecision Decide(CompiledWorkloadPolicy policy, IPEndPoint destination)
    {
        if (peer is not null && policy.AcceptClient(peer) is { IsAccepted: false } foreign)
            return new AuthorizationDecision(Verdict.Deny, foreign.Reason, null);
        return policy.Authorize(new ConnectionFacts(peer, Record.Source.Address, destination.Address, destination.Port, ServerName));
    }

    /// <summary>At the address the client called, so that an application bound to loopback stays private. Null: refused.</summary>
    protected async Task<TcpConnection?> DialApplicationAsync(IPEndPoint destination)
    {
        var application = new IPEndPoint(Path.Options.ApplicationAddress ?? destination.Address, destination.Port);
        var result = await ConnectAsync(application, isLocal: Path.Options.ApplicationAddress is null);
        if (IsOver)
            return null;
        if (!result.IsConnected)
            Refuse(ReasonOf(result.Problem), ClosedBy.Server);
        return result.Connection;
    }
}
