using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel.Frames;
using Hauberk.Net.Tunnel.Hpack;

namespace Hauberk.Net.Tunnel;

/// <summary>
/// One mutually authenticated connection that carries many: HTTP/2 with plain CONNECT (HBONE). The client opens streams, the server
/// answers them. Use on the loop's thread.
/// </summary>
public sealed class TunnelConnection : IChannelObserver
{
    // How long a connection that we ended waits for the peer to have read why.
    private const int LingerMs = 1_000;
    private const int DrainMs = 10_000;

    private readonly TunnelInput input;
    private readonly Dictionary<int, TunnelChannel> streams = [];
    private readonly Func<TunnelRequest, Task>? serve;
    private readonly TaskCompletionSource completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoopTimer check;
    private readonly LoopTimer linger;
    private readonly long startedMs = Environment.TickCount64;
    private int lastOwnId = -1;
    private int lastPeerId;
    private int lastTakenId;
    private long lateBytes;
    private int serving;
    private long idleSinceMs = Environment.TickCount64;
    private long? pingedMs;
    private bool goAwaySent;
    private bool draining;
    private bool lingering;

    private TunnelConnection(ByteChannel transport, TunnelOptions options, Func<TunnelRequest, Task>? serve)
    {
        transport.Loop.VerifyCurrent();
        (Transport, Options, this.serve) = (transport, options, serve);
        Windows = new WindowRoom(Loop.TunnelWindows);
        Output = new TunnelOutput(this);
        input = new TunnelInput(this);
        check = new LoopTimer(Loop, Check);
        linger = new LoopTimer(Loop, CloseChannel);
    }

    /// <summary>The connection below, whose peer was verified.</summary>
    public TlsChannel Channel => (TlsChannel)Transport;

    public EventLoop Loop => Transport.Loop;

    /// <summary>Completes when the connection is closed and no stream is left.</summary>
    public Task Completion => completion.Task;

    public int StreamCount => streams.Count;

    /// <summary>Why the tunnel ended, or is about to; null while it works and after an orderly end.</summary>
    public ChannelProblem? Problem { get; private set; }

    /// <summary>A client may open another stream.</summary>
    public bool CanOpen => TakesFrames && !draining && lastOwnId < int.MaxValue - 2
        && streams.Count < Math.Min(Options.MaxStreams, input.PeerMaxStreams);

    /// <summary>The peer has said its first word: it took our part of the handshake.</summary>
    public bool HasHeardPeer => input.HasSettings;

    /// <summary>No new streams; it ends with the last one.</summary>
    public bool IsLeaving => draining || !TakesFrames;

    internal static ChannelProblem BrokenStream { get; } = new(ChannelProblemKind.TunnelProtocol, "the peer broke HTTP/2 on the stream");

    private static ChannelProblem Unanswered { get; } = new(ChannelProblemKind.TimedOut, "the server gave no answer in time");

    private static ChannelProblem Silent { get; } = new(ChannelProblemKind.TimedOut, "the peer stopped answering");

    /// <summary>What the frames go over: TLS, since <see cref="Connect"/> and <see cref="Accept"/> take nothing else.</summary>
    internal ByteChannel Transport { get; }

    internal bool IsServer => serve is not null;

    internal TunnelOptions Options { get; }

    internal TunnelOutput Output { get; }

    /// <summary>Its share of the loop's.</summary>
    internal WindowRoom Windows { get; }

    internal bool IsClosed { get; private set; }

    internal bool TakesFrames => !IsClosed && !lingering;

    /// <summary>Takes a client's connection over. Streams can be opened at once.</summary>
    public static TunnelConnection Connect(TlsChannel channel, TunnelOptions options)
    {
        if (channel.Role != TlsRole.Client) throw new ArgumentException("The channel is a server's.", nameof(channel));
        return Start(channel, options, null);
    }

    /// <summary>
    /// Takes a server's connection over and calls <paramref name="serve"/> for each CONNECT; what it leaves open is reset.
    /// </summary>
    public static TunnelConnection Accept(TlsChannel channel, TunnelOptions options, Func<TunnelRequest, Task> serve)
    {
        if (channel.Role != TlsRole.Server) throw new ArgumentException("The channel is a client's.", nameof(channel));
        return Start(channel, options, serve);
    }

    /// <summary>A server when it can serve, a client otherwise; over bytes that need not be those of a verified peer.</summary>
    internal static TunnelConnection Start(ByteChannel transport, TunnelOptions options, Func<TunnelRequest, Task>? serve)
    {
        var tunnel = new TunnelConnection(transport, options, serve);
        transport.Observer = tunnel;
        tunnel.Output.SendPreface();
        tunnel.check.Start(options.PingIntervalMs);
        // What came with the handshake has no event of its own.
        tunnel.Loop.Post(tunnel.Receive);
        return tunnel;
    }

    /// <summary>Asks the server to connect to <paramref name="authority"/> (address and port) and waits for its answer.</summary>
    /// <param name="serverName">What a connection of its own would name as SNI, for the server's rules; at most 255 characters; null: nothing.</param>
    public Task<TunnelOpening> OpenAsync(string authority, Deadline deadline, string? serverName = null)
    {
        Loop.VerifyCurrent();
        if (IsServer) throw new InvalidOperationException("Servers open no streams.");
        ArgumentOutOfRangeException.ThrowIfGreaterThan(authority.Length, ConnectHeaders.MaxAuthorityLength, nameof(authority));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(serverName?.Length ?? 0, ConnectHeaders.MaxServerNameLength, nameof(serverName));
        if (!CanOpen) return Task.FromResult(TunnelOpening.Failed(Problem ?? ChannelProblem.Closed, canRetry: true));
        lastOwnId += 2;
        var stream = new TunnelChannel(this, lastOwnId);
        streams.Add(stream.Id, stream);
        stream.Opening = new PendingOpening(Loop, deadline, () => stream.Reset(Http2Error.Cancel, Unanswered));
        Output.SendConnect(stream, authority, serverName);
        return stream.Opening.Task;
    }

    /// <summary>Opens and takes no more streams; ends with the last one.</summary>
    public void Drain()
    {
        if (!TakesFrames || draining) return;
        draining = true;
        SendGoAway(Http2Error.None);
        CloseWhenEmpty();
    }

    /// <summary>Breaks off with all streams.</summary>
    public void Abort(string reason) => Break(new ChannelProblem(ChannelProblemKind.Cut, reason));

    void IChannelObserver.OnReadable(ByteChannel channel) => Receive();

    void IChannelObserver.OnWritable(ByteChannel channel) => Flush();

    void IChannelObserver.OnFailed(ByteChannel channel) => Break(channel.Problem ?? ChannelProblem.Closed);

    internal TunnelChannel? Find(int id) => streams.GetValueOrDefault(id);

    /// <summary>A stream that nobody has opened yet.</summary>
    internal bool IsIdle(int id) => (id & 1) == 0 || id > (IsServer ? lastPeerId : lastOwnId);

    internal void DataFrameSent() => input.DataFrameSent();

    internal void Receive() => Guard(static tunnel => tunnel.input.ReadAll());

    internal void Flush() => Guard(static tunnel => tunnel.Output.Flush());

    /// <summary>All that was to be sent is with the channel: its end can follow.</summary>
    internal void OutputIsEmpty()
    {
        if (lingering) Transport.ShutdownWrite();
    }

    internal void Forget(TunnelChannel stream)
    {
        Output.Dequeue(stream);
        if (!streams.Remove(stream.Id) || streams.Count > 0) return;
        idleSinceMs = Environment.TickCount64;
        CloseWhenEmpty();
    }

    /// <summary>False: the request was turned away without being served.</summary>
    internal bool Serve(int id, List<HeaderField> fields, bool endsStream)
    {
        lastPeerId = id;
        string? authority = ConnectHeaders.ReadRequest(fields);
        // Those that were reset while they were served count, too: their work goes on for a while.
        bool room = !draining && Math.Max(streams.Count, serving) < Options.MaxStreams;
        if (!room || authority is null)
        {
            Output.SendReset(id, room ? Http2Error.Protocol : Http2Error.RefusedStream);
            if (!endsStream) ExpectLateBytes();
            return false;
        }
        lastTakenId = id;
        var stream = new TunnelChannel(this, id);
        streams.Add(id, stream);
        if (endsStream) stream.EndReceived();
        if (authority.Length == 0) stream.Refuse(400);
        else _ = ServeAsync(new TunnelRequest(stream, authority, ConnectHeaders.ReadServerName(fields)));
        return authority.Length > 0;
    }

    /// <summary>The peer may have sent a window's worth on a stream before it hears that we reset it, and all windows' in all.</summary>
    internal void ExpectLateBytes() => lateBytes = Math.Min(lateBytes + Options.StreamWindowBytes, Options.ConnectionWindowBytes);

    /// <summary>False: bytes came on streams that are over, and not because the peer could not know.</summary>
    internal bool TryTakeLateBytes(int count) => (lateBytes -= count) >= 0;

    internal static void Answered(TunnelChannel stream, int status, bool ends)
    {
        PendingOpening opening = stream.Opening!;
        stream.Opening = null;
        if (status is >= 200 and < 300)
        {
            stream.IsEstablished = true;
            if (ends) stream.EndReceived();
            opening.Complete(TunnelOpening.Opened(stream));
            return;
        }
        stream.Abort();
        opening.Complete(TunnelOpening.Refused(status));
    }

    internal bool TryShiftWindows(int difference)
    {
        Output.InitialSendWindow += difference;
        foreach (TunnelChannel stream in streams.Values)
        {
            stream.SendWindow += difference;
            if (stream.SendWindow > int.MaxValue) return false;
            if (stream.HeldBytes > 0) Output.Enqueue(stream);
        }
        return true;
    }

    /// <summary>The peer takes no streams beyond one: those it has not taken can be tried elsewhere.</summary>
    internal void PeerLeaves(int lastTaken)
    {
        draining = true;
        if (!IsServer)
            foreach (TunnelChannel stream in streams.Values.Where(stream => stream.Id > lastTaken).ToArray())
                stream.Break(ChannelProblem.Reset, canRetry: true);
        CloseWhenEmpty();
    }

    /// <summary>The peer ended the connection in order: what streams there are have not ended.</summary>
    internal void PeerEnded() => Break(streams.Count == 0 ? null : ChannelProblem.Reset);

    /// <summary>The peer broke the rules: tells it how, and breaks off.</summary>
    internal void Fail(Http2Error error, string detail)
    {
        if (!TakesFrames) return;
        Problem = new ChannelProblem(ChannelProblemKind.TunnelProtocol, $"{detail} ({error})");
        SendGoAway(error);
        EndChannel();
    }

    internal void Break(ChannelProblem? problem)
    {
        if (IsClosed) return;
        // How the connection goes once all is said and no stream is left is nobody's problem.
        if (!lingering) Problem ??= problem;
        CloseChannel();
    }

    private async Task ServeAsync(TunnelRequest request)
    {
        Loop.TaskStarted();
        serving++;
        try
        {
            await serve!(request);
        }
        catch (Exception exception)
        {
            Loop.Report(exception);
        }
        finally
        {
            serving--;
            request.Abort();
            Loop.TaskEnded();
        }
    }

    private void SendGoAway(Http2Error error)
    {
        if (goAwaySent && error == Http2Error.None) return;
        goAwaySent = true;
        Output.SendGoAway(lastTakenId, error);
    }

    private void CloseWhenEmpty()
    {
        if (!draining || streams.Count > 0 || !TakesFrames) return;
        SendGoAway(Http2Error.None);
        EndChannel();
    }

    /// <summary>
    /// Sends what there is and ends our side; the peer gets a moment to read it, for a close at once would reset it away.
    /// </summary>
    private void EndChannel()
    {
        lingering = true;
        Output.ScheduleFlush();
        linger.Start(Problem is null ? DrainMs : LingerMs);
        BreakStreams();
    }

    private void CloseChannel()
    {
        if (IsClosed) return;
        IsClosed = true;
        check.Stop();
        linger.Stop();
        Output.Close();
        Transport.Observer = null;
        if (Problem is null || lingering) Transport.Close();
        else Transport.Abort();
        BreakStreams();
        completion.TrySetResult();
    }

    private void BreakStreams()
    {
        ChannelProblem problem = Problem ?? ChannelProblem.Reset;
        foreach (TunnelChannel stream in streams.Values.ToArray()) stream.Break(problem, canRetry: true);
    }

    private void Check()
    {
        long nowMs = Environment.TickCount64;
        if (!input.HasSettings && nowMs - startedMs >= Options.FrameTimeoutMs)
            Fail(Http2Error.SettingsTimeout, "no SETTINGS came in time");
        else if (nowMs - input.WaitingSinceMs >= Options.FrameTimeoutMs)
            Fail(Http2Error.EnhanceYourCalm, "the rest of a frame did not come in time");
        else if (streams.Count == 0 && nowMs - idleSinceMs >= (IsServer ? 2L : 1L) * Options.IdleTimeoutMs)
            Drain();
        else
            CheckPeer(nowMs);
        if (TakesFrames) check.Start(Options.PingIntervalMs);
    }

    /// <summary>Gives a peer up only after it was asked: a loop that stood still for a while has heard nothing either.</summary>
    private void CheckPeer(long nowMs)
    {
        if (streams.Count == 0 || nowMs - input.LastReceivedMs < Options.PingIntervalMs)
        {
            pingedMs = null;
        }
        else if (pingedMs is null)
        {
            pingedMs = nowMs;
            Output.SendPing("hauberk!"u8, ack: false);
        }
        else if (nowMs - pingedMs >= Options.PingTimeoutMs)
        {
            Break(Silent);
        }
    }

    private void Guard(Action<TunnelConnection> work)
    {
        if (IsClosed) return;
        try
        {
            work(this);
        }
        catch (Exception exception)
        {
            Loop.Report(exception);
            Abort("internal error");
        }
    }
}
