using System.Net;
using Hauberk.Identity;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Relay;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>
/// The frame around a spine: a connection is counted and registered before anything is decided, can be decided anew while it lives, and leaves
/// exactly one record, whatever happened. Use on the loop's thread.
/// </summary>
internal abstract class LiveConnection
{
    private static readonly IPEndPoint Unknown = new(IPAddress.Any, 0);

    private readonly ConnectionRegistry registry;
    private readonly ConnectionAdmission admission;
    private readonly long startedAt;
    private Action? breakServer;
    private ByteRelay? relay;
    private Task<RelayResult>? relaying;

    /// <param name="source">Who opened it.</param>
    protected LiveConnection(
        DataPath path, ConnectionRegistry registry, ConnectionAdmission admission, IPEndPoint source, ConnectionDirection direction)
    {
        Path = path;
        this.registry = registry;
        this.admission = admission;
        startedAt = path.Time.GetTimestamp();
        Record = new ConnectionRecord
        {
            Id = path.NextId(),
            Direction = direction,
            StartedAt = path.Time.GetUtcNow(),
            Source = source,
        };
    }

    protected DataPath Path { get; }

    protected ConnectionRegistry Registry => registry;

    protected EventLoop Loop => registry.Loop;

    protected ConnectionLimits Limits => admission.Limits;

    public ConnectionRecord Record { get; }

    /// <summary>False where others are recorded in its place.</summary>
    protected virtual bool LeavesRecord => true;

    /// <summary>When the peer's handshake ended.</summary>
    protected DateTimeOffset ProvenAt { get; private set; }

    /// <summary>It was refused, revoked or cut: whatever its spine awaits next ends, and nothing more may be sent on.</summary>
    protected bool IsOver => Record.CloseReason != CloseReason.None;

    public async Task RunAsync()
    {
        Path.Metrics.Opened(Record.Direction);
        // Before the first look at the snapshot: a change is either seen in it, or finds this connection registered.
        registry.Add(this);
        var isAdmitted = false;
        try
        {
            isAdmitted = Admit();
            if (isAdmitted)
                await ServeAsync();
            while (relaying is { } current)
            {
                relaying = null;
                var result = await current;
                if (result.End != RelayEnd.Unused || IsOver)
                {
                    End(result);
                    break;
                }
                relay = null;
                await ServeAgainAsync();
            }
        }
        catch
        {
            Refuse(CloseReason.InternalError);
            throw;
        }
        finally
        {
            if (isAdmitted)
                admission.Leave(Record.Source.Address);
            Finish();
        }
    }

    /// <summary>
    /// The spine: from the first look until the relay runs. It does not wait for the relay's end, so that an idle connection holds nothing of its
    /// way there.
    /// </summary>
    protected abstract Task ServeAsync();

    /// <summary>What it was relayed to is lost, and nothing had come from either side: another may take its place.</summary>
    protected virtual Task ServeAgainAsync()
    {
        Refuse(CloseReason.Reset, ClosedBy.Server);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Ends the side that opened it so that no client can mistake it for an answer of the application's: by a reset, or by a tunnel's refusal where that is
    /// still to be answered. Without effect when it has ended.
    /// </summary>
    protected abstract void BreakClient();

    /// <summary>Why the connection may not go on under this snapshot; null: it may. Decides upon what is known of it so far.</summary>
    public abstract PermissionLoss? Redecide(SidecarSnapshot snapshot);

    /// <summary>No new connections may come by it; those that there are end by themselves.</summary>
    public virtual void Drain()
    {
    }

    /// <summary>Takes the permission back: bytes already taken are still delivered, within a bound; no more are taken.</summary>
    public void Revoke(PermissionLoss loss)
    {
        if (IsOver)
            return;
        (Record.Verdict, Record.Reason, Record.Rule, Record.Problem) = (Verdict.Deny, loss.Reason, loss.Rule, loss.Problem);
        Record.CloseReason = CloseReason.PermissionLost;
        if (relay is not null)
            relay.Drain((int)Limits.RevocationDrain.TotalMilliseconds, nameof(CloseReason.PermissionLost));
        else
            CutBothSides();
    }

    /// <summary>Ends the connection now.</summary>
    public void Cut(CloseReason reason)
    {
        if (!IsOver)
            Record.CloseReason = reason;
        if (relay is not null)
            relay.Abort(reason.ToString());
        else
            CutBothSides();
    }

    /// <summary>Ends the connection with a reset, which no client can mistake for an answer. The first reason stands.</summary>
    /// <param name="verdict">Deny takes back what was decided before; null leaves it, where nobody refused.</param>
    protected void Refuse(CloseReason reason, ClosedBy closedBy = ClosedBy.Sidecar, Verdict? verdict = null)
    {
        if (!IsOver)
        {
            (Record.CloseReason, Record.ClosedBy) = (reason, closedBy);
            if (verdict is not null)
                (Record.Verdict, Record.Reason, Record.Rule) = (verdict.Value, DecisionReason.None, null);
        }
        CutBothSides();
    }

    /// <summary>
    /// What comes before a connection is let through, within the bounds on such connections. <paramref name="open"/> gives null or false where it has
    /// refused.
    /// </summary>
    protected async Task<T?> OpenAsync<T>(Func<Deadline, Task<T?>> open)
    {
        var refusal = admission.BeginOpening(Record.Source.Address);
        if (refusal != CloseReason.None)
        {
            Refuse(refusal);
            return default;
        }
        try
        {
            return await open(Deadline.After((int)Limits.HandshakeTimeout.TotalMilliseconds));
        }
        finally
        {
            admission.EndOpening(Record.Source.Address);
        }
    }

    /// <summary>The server's side of mutual TLS, with the certificate of this moment. Null: refused.</summary>
    protected async Task<TlsChannel?> AcceptTlsAsync(TcpConnection client, Func<TlsContexts.Set, TlsContext> choose, Deadline deadline)
    {
        if (Path.Tls.Current is not { } tls)
        {
            Refuse(CloseReason.NoCertificate, verdict: Verdict.Deny);
            return null;
        }
        Record.DestinationIdentity = tls.Identity;
        var handshake = await TlsHandshake.AcceptAsync(client, choose(tls), deadline);
        if (!IsOver && !handshake.IsEstablished)
            RefuseHandshake(handshake.Problem, ClosedBy.Client);
        return IsOver ? null : handshake.Channel;
    }

    /// <summary>After a handshake that did not succeed.</summary>
    /// <param name="peerSide">Which end the TLS peer is.</param>
    protected void RefuseHandshake(TlsProblem problem, ClosedBy peerSide)
    {
        Record.Detail = problem.Detail;
        switch (problem.Kind)
        {
            case TlsProblemKind.TimedOut:
                Refuse(CloseReason.HandshakeTimeout, verdict: Verdict.Deny);
                break;
            case TlsProblemKind.PeerRefused or TlsProblemKind.NoPeerCertificate:
                Record.Problem = PeerCheck.ProblemOf(problem);
                Refuse(CloseReason.PeerCertificateRefused, verdict: Verdict.Deny);
                break;
            case TlsProblemKind.PeerClosed or TlsProblemKind.ConnectionFailed or TlsProblemKind.RejectedByPeer:
                Refuse(CloseReason.HandshakeFailed, peerSide, Verdict.Deny);
                break;
            default:
                Refuse(CloseReason.HandshakeFailed, verdict: Verdict.Deny);
                break;
        }
    }

    /// <summary>
    /// After a handshake: its certificates were judged in the middle of it, and the roots may have changed while it waited for the peer's next
    /// word. False: refused.
    /// </summary>
    protected bool IsStillVouchedFor(PeerChain chain, PeerRole role)
    {
        ProvenAt = Path.Time.GetUtcNow();
        if (Path.Peers.StillVouchedFor(chain, role, ProvenAt, Path.Snapshots.Current!.TrustBundles) is not { } problem)
            return true;
        Record.Problem = problem;
        Refuse(CloseReason.PeerCertificateRefused, verdict: Verdict.Deny);
        return false;
    }

    protected void Deny(DecisionReason reason, string? rule = null, CloseReason close = CloseReason.NotAuthorized, ClosedBy by = ClosedBy.Sidecar)
    {
        (Record.Verdict, Record.Reason, Record.Rule) = (Verdict.Deny, reason, rule);
        Refuse(close, by);
    }

    protected void Allow(DecisionReason reason, string? rule = null) =>
        (Record.Verdict, Record.Reason, Record.Rule) = (Verdict.Allow, reason, rule);

    /// <summary>Null: not connected; the problem, or what ended the connection meanwhile, is for the caller to record.</summary>
    /// <param name="from">The local address to call from; the system chooses when null.</param>
    /// <param name="isLocal">On this host, whose kernel tells of its end: nobody need ask for signs of life.</param>
    protected async Task<ConnectResult> ConnectAsync(IPEndPoint address, IPAddress? from = null, bool isLocal = false)
    {
        Record.Upstream = address;
        var options = Path.Connect(Limits) with { BindAddress = from };
        var result = await TcpConnection.ConnectAsync(
            Loop, address, isLocal ? options with { Liveness = null } : options, server => ServerIs(server.Abort));
        Record.Detail = result.Problem?.Detail;
        return result;
    }

    /// <param name="breakOff">From now on the way to end the other side, too.</param>
    protected void ServerIs(Action breakOff)
    {
        breakServer = breakOff;
        if (IsOver)
            breakOff();
    }

    /// <summary>From now on bytes pass both ways until both have ended, one has failed, or the connection is cut.</summary>
    protected void Relay(ByteChannel downstream, ByteChannel upstream)
    {
        relay = new ByteRelay(downstream, upstream, RelayOptions.Default);
        relaying = relay.RunAsync();
        breakServer = null;
    }

    /// <summary>At its end: gives back what it took of what others share.</summary>
    protected virtual void Leave()
    {
    }

    private void End(RelayResult result)
    {
        if (IsOver)
            return;
        Record.Detail = result.Problem?.Detail;
        Record.CloseReason = ReasonOf(result);
        Record.ClosedBy = result.EndedBy switch
        {
            RelaySide.Downstream => ClosedBy.Client,
            RelaySide.Upstream => ClosedBy.Server,
            _ => ClosedBy.Sidecar,
        };
    }

    protected static CloseReason ReasonOf(ConnectProblem problem) => problem.Kind switch
    {
        ConnectProblemKind.Refused => CloseReason.ConnectRefused,
        ConnectProblemKind.Reset => CloseReason.Reset,
        ConnectProblemKind.TimedOut => CloseReason.ConnectTimeout,
        ConnectProblemKind.Unreachable => CloseReason.Unreachable,
        _ => CloseReason.ConnectFailed,
    };

    private static CloseReason ReasonOf(RelayResult result) => result switch
    {
        { End: RelayEnd.Completed } => CloseReason.Finished,
        { Problem.Kind: ChannelProblemKind.Reset or ChannelProblemKind.Socket } => CloseReason.Reset,
        { Problem.Kind: ChannelProblemKind.Truncated } => CloseReason.Truncated,
        { Problem.Kind: ChannelProblemKind.TimedOut } => CloseReason.PeerTimedOut,
        { Problem.Kind: ChannelProblemKind.HandshakeRejected } => CloseReason.RejectedByServer,
        { Problem.Kind: ChannelProblemKind.TlsAlert or ChannelProblemKind.TlsProtocol } => CloseReason.TlsError,
        { Problem.Kind: ChannelProblemKind.TunnelProtocol } => CloseReason.TunnelError,
        { Problem.Kind: ChannelProblemKind.Cut } => CloseReason.Draining,
        _ => CloseReason.InternalError,
    };

    private bool Admit()
    {
        var refusal = admission.Enter(Record.Source.Address);
        if (refusal != CloseReason.None)
            Refuse(refusal);
        return refusal == CloseReason.None;
    }

    private void Finish()
    {
        registry.Remove(this);
        CutBothSides();
        Leave();
        (Record.BytesSent, Record.BytesReceived) = (relay?.BytesToUpstream ?? 0, relay?.BytesToDownstream ?? 0);
        Record.Duration = Path.Time.GetElapsedTime(startedAt);
        Path.Metrics.Ended(Record.Direction);
        if (!LeavesRecord)
            return;
        Path.Metrics.Closed(Record);
        Path.OnRecord(Record);
    }

    /// <summary>Without effect on what a relay has closed already.</summary>
    private void CutBothSides()
    {
        BreakClient();
        breakServer?.Invoke();
    }

    /// <summary>A peer that is gone before we looked has no address any more.</summary>
    protected static IPEndPoint SourceOf(TcpConnection client)
    {
        try
        {
            return client.RemoteEndPoint;
        }
        catch (IOException)
        {
            return Unknown;
        }
    }
}
