using Hauberk.Net.Channels;
using Hauberk.Net.Sockets;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Tls;

/// <summary>A channel to a peer whose certificates were verified; made by <see cref="TlsHandshake"/> alone.</summary>
public sealed unsafe class TlsChannel : SocketChannel
{
    private const int WriteSliceBytes = 100 * 1024;
    // Decrypted input is at most the received records and the part of one that OpenSSL held back.
    private const int HeldBackBytes = 17 * 1024;

    private readonly TlsScratch scratch;
    private CiphertextStash stash;
    private bool established;
    private bool ended;
    private bool shutdownSent;
    private bool peerHasSpoken;

    internal TlsChannel(TcpConnection connection, TlsContext context, string? serverName, string? resumptionKey) : base(connection)
    {
        scratch = Loop.TlsScratch;
        Role = context.Role;
        Session = new TlsSession(context, scratch, serverName, resumptionKey);
    }

    public TlsRole Role { get; }

    public PeerChain PeerChain { get; private set; } = null!;

    /// <summary>What the verifier said about the peer: <see cref="PeerVerdict.Peer"/>.</summary>
    public object? Peer { get; private set; }

    /// <summary>Whether the handshake went on from an earlier one's secrets; the peer was verified all the same.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>The protocol that ALPN agreed on; null when none was.</summary>
    public string? AlpnProtocol { get; private set; }

    /// <summary>What the client offered by ALPN; on servers only.</summary>
    public IReadOnlyList<string> OfferedAlpnProtocols { get; private set; } = [];

    /// <summary>The server name the client asked for; null without.</summary>
    public string? ServerName { get; private set; }

    /// <summary>The suite's standard name, e.g. TLS_AES_128_GCM_SHA256.</summary>
    public string CipherSuite { get; private set; } = "";

    /// <summary>The version's name; the context allows this one only.</summary>
    public string ProtocolVersion { get; } = "TLSv1.3";

    internal TlsSession Session { get; }

    public override int Read(Span<byte> destination, out ChannelReadState state)
    {
        // Goes on after a reset met by a write: what the peer sent before it broke off is still there.
        bool readable = Connection.IsOpen && Problem is null or { Kind: ChannelProblemKind.Reset };
        state = !readable ? ChannelReadState.Failed : ended ? ChannelReadState.Ended : ChannelReadState.More;
        if (state != ChannelReadState.More || destination.IsEmpty) return 0;
        state = Load(destination.Length);
        return state == ChannelReadState.Failed || (state == ChannelReadState.Drained && scratch.Records->InputLength == 0)
            ? 0
            : Decrypt(destination, ref state);
    }

    public override ChannelWriteState Write(ReadOnlySpan<byte> source)
    {
        if (Problem is not null || !Connection.IsOpen) return ChannelWriteState.Failed;
        if (HasHeldOutput) return ChannelWriteState.Blocked;
        var state = ChannelWriteState.Sent;
        for (; source.Length > 0 && state != ChannelWriteState.Failed; source = source[Math.Min(WriteSliceBytes, source.Length)..])
        {
            if (!Session.Encrypt(source[..Math.Min(WriteSliceBytes, source.Length)])) return Fail(ProblemFor(OpenSslError.Take()));
            state = SendRecords();
        }
        return state;
    }

    public override void ShutdownWrite()
    {
        if (shutdownSent || Problem is not null || !Connection.IsOpen) return;
        shutdownSent = true;
        Session.Shutdown();
        if (SendRecords() != ChannelWriteState.Failed) ShutdownSocketAfterHeld();
    }

    public override void Close()
    {
        if (established && !HasHeldOutput) ShutdownWrite();
        base.Close();
    }

    /// <summary>Takes the handshake as far as the bytes that are there allow; null together with false means: wait for more.</summary>
    internal TlsProblem? Advance(out bool done)
    {
        TlsStep step = Session.Handshake(out OpenSslError error);
        while (true)
        {
            stash.KeepRest(scratch.Records);
            SendRecords();
            done = step == TlsStep.Done;
            if (step == TlsStep.Failed) return HandshakeProblem.From(Session, error);
            if (done) return Problem is null ? Establish() : new TlsProblem(TlsProblemKind.ConnectionFailed, Problem.Detail);
            // After a failed send, too: the peer's alert may have come before its reset.
            int count = Connection.Receive(scratch.Ciphertext);
            if (count == -EAGAIN) return null;
            if (count == 0) return new TlsProblem(TlsProblemKind.PeerClosed, "the peer closed the connection during the handshake");
            if (count < 0) return new TlsProblem(TlsProblemKind.ConnectionFailed, ChannelProblem.ForErrno(-count).Detail);
            scratch.Feed(count);
            step = Session.Handshake(out error);
        }
    }

    private TlsProblem? Establish()
    {
        // Never true with a working OpenSSL: no session is good without the verifier's word.
        if (Session.Verdict is not { IsAccepted: true } verdict) return new TlsProblem(TlsProblemKind.NoPeerCertificate, "the peer was not verified");
        established = true;
        IsResumed = Session.IsResumed;
        PeerChain = Session.PeerChain!;
        Peer = verdict.Peer;
        AlpnProtocol = Session.SelectedAlpn;
        OfferedAlpnProtocols = Session.OfferedAlpn;
        ServerName = Session.ServerName;
        CipherSuite = Session.CipherSuite;
        return null;
    }

    /// <summary>Makes input for the session: what was left over, else what the socket has.</summary>
    private ChannelReadState Load(int room)
    {
        if (!stash.IsEmpty)
        {
            stash.Feed(scratch.Records);
            return ChannelReadState.More;
        }
        if (Session.HasPlaintext) return ChannelReadState.More;
        Span<byte> buffer = scratch.Ciphertext[..Math.Clamp(room - HeldBackBytes, HeldBackBytes, scratch.Ciphertext.Length)];
        int count = Connection.Receive(buffer);
        if (count > 0)
        {
            scratch.Feed(count);
            return count == buffer.Length || Connection.ShortReadsMislead ? ChannelReadState.More : ChannelReadState.Drained;
        }
        if (count == -EAGAIN) return ChannelReadState.Drained;
        // An end without close_notify can be an attacker's: it is not an end (RFC 8446, section 6.1).
        Fail(count == 0 ? ChannelProblem.Truncated : ChannelProblem.ForErrno(-count));
        return ChannelReadState.Failed;
    }

    private int Decrypt(Span<byte> destination, ref ChannelReadState state)
    {
        int count = Session.Decrypt(destination, out TlsStep step, out OpenSslError error);
        stash.KeepRest(scratch.Records);
        peerHasSpoken |= count > 0;
        if (step == TlsStep.Failed) Fail(ProblemFor(error));
        SendRecords();
        ended |= step == TlsStep.Ended;
        state = Problem is not null ? ChannelReadState.Failed
            : ended ? ChannelReadState.Ended
            : step == TlsStep.Done ? ChannelReadState.More
            : state;
        return count;
    }

    private ChannelWriteState SendRecords()
    {
        RecordBuffers* records = scratch.Records;
        int length = records->OutputLength;
        records->OutputLength = 0;
        if (length == 0) return HasHeldOutput ? ChannelWriteState.Held : ChannelWriteState.Sent;
        return SendOrHold(records->Output, length);
    }

    private ChannelProblem ProblemFor(OpenSslError error) => Session.AlertReceived is not { } alert
        ? new ChannelProblem(ChannelProblemKind.TlsProtocol, error.Text)
        : new ChannelProblem(
            Role == TlsRole.Client && !peerHasSpoken ? ChannelProblemKind.HandshakeRejected : ChannelProblemKind.TlsAlert,
            $"alert {alert} from peer");

    /// <summary>
    /// A TLS 1.3 server refuses a client after the client's side is complete: its alert can lie unread while our write already meets
    /// the reset that followed it.
    /// </summary>
    private protected override ChannelProblem Explain(ChannelProblem problem)
    {
        if (Role != TlsRole.Client || !established || peerHasSpoken || problem.Kind != ChannelProblemKind.Reset) return problem;
        while (stash.IsEmpty && Connection.Receive(scratch.Ciphertext) is > 0 and int count)
        {
            scratch.Feed(count);
            TlsStep step = Session.Peek(out OpenSslError error);
            stash.KeepRest(scratch.Records);
            scratch.Records->OutputLength = 0;
            if (step == TlsStep.Failed) return ProblemFor(error);
            if (step != TlsStep.NeedsInput) return problem;
        }
        return problem;
    }

    internal override void OnConnectionClosed()
    {
        stash.Release();
        Session?.Free();
        base.OnConnectionClosed();
    }
}
