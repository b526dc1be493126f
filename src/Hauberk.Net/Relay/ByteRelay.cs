using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Relay;

/// <summary>
/// Joins two channels of one loop as if they were one connection: each direction's end is passed on by itself, a failure of either side
/// resets the other, and a side that does not read slows the other down. Holds no buffer while idle and allocates nothing per byte.
/// </summary>
public sealed class ByteRelay : IChannelObserver
{
    private readonly EventLoop loop;
    private readonly RelayOptions options;
    private readonly RelayDirection toUpstream;
    private readonly RelayDirection toDownstream;
    private readonly TaskCompletionSource<RelayResult> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LoopTimer? idleTimer;
    private LoopTimer? drainTimer;
    private RelaySide? firstEnd;
    private long lastActiveMs;
    private bool resumeQueued;
    private bool started;

    /// <param name="downstream">The side that opened the connection.</param>
    /// <param name="upstream">The side that was dialled for it.</param>
    /// <param name="options">Bounds.</param>
    public ByteRelay(ByteChannel downstream, ByteChannel upstream, RelayOptions options)
    {
        if (downstream.Loop != upstream.Loop) throw new ArgumentException("Both channels must be of one loop.", nameof(upstream));
        loop = downstream.Loop;
        this.options = options;
        toUpstream = new RelayDirection(RelaySide.Downstream, downstream, upstream);
        toDownstream = new RelayDirection(RelaySide.Upstream, upstream, downstream);
    }

    /// <summary>Bytes so far. Read from any thread.</summary>
    public long BytesToUpstream => toUpstream.Bytes;

    /// <inheritdoc cref="BytesToUpstream"/>
    public long BytesToDownstream => toDownstream.Bytes;

    private bool IsFinished => finished.Task.IsCompleted;

    /// <summary>
    /// Relays until both directions have ended or the relay is cut; closes both channels, but for <see cref="RelayEnd.Unused"/>. On the loop's thread, once.
    /// </summary>
    public Task<RelayResult> RunAsync()
    {
        loop.VerifyCurrent();
        if (started) throw new InvalidOperationException("A relay runs once.");
        started = true;
        toUpstream.Source.Observer = this;
        toDownstream.Source.Observer = this;
        StartIdleTimer();
        if (toUpstream.Destination.IsLost) Break(RelaySide.Upstream, toUpstream.Destination.Problem);
        Resume();
        return finished.Task;
    }

    /// <summary>Cuts both sides with a reset. From any thread; without effect after the end.</summary>
    public void Abort(string reason) => loop.Post(() => Finish(RelayEnd.Aborted, null, null, reason));

    /// <summary>Lets the relay end by itself within <paramref name="graceMs"/> milliseconds, then cuts it. From any thread.</summary>
    public void Drain(int graceMs, string reason) => loop.Post(() =>
    {
        if (IsFinished) return;
        drainTimer?.Stop();
        drainTimer = new LoopTimer(loop, () => Finish(RelayEnd.Aborted, null, null, reason));
        drainTimer.Start(graceMs);
    });

    void IChannelObserver.OnReadable(ByteChannel channel)
    {
        RelayDirection direction = channel == toUpstream.Source ? toUpstream : toDownstream;
        Move(direction);
        // A direction that waits for its destination, or has ended, does not read: a reset must be heard all the same.
        if (!IsFinished && channel.IsBroken && (direction.Ended || direction.Destination.HasHeldOutput))
            Break(direction.From, channel.Problem ?? ChannelProblem.Reset);
    }

    void IChannelObserver.OnWritable(ByteChannel channel)
    {
        Move(channel == toUpstream.Destination ? toUpstream : toDownstream);
        FinishWhenBothEnded();
    }

    void IChannelObserver.OnFailed(ByteChannel channel) => BreakAfterLastBytes(channel == toUpstream.Source ? toUpstream : toDownstream);

    private void QueueResume()
    {
        if (resumeQueued) return;
        resumeQueued = true;
        loop.Post(static relay => ((ByteRelay)relay!).Resume(), this);
    }

    private void Resume()
    {
        resumeQueued = false;
        try
        {
            Move(toUpstream);
            Move(toDownstream);
        }
        catch (Exception exception)
        {
            // Called from the queue, where nobody else could tell whose connection to cut.
            loop.Report(exception);
            Finish(RelayEnd.Aborted, null, null, "internal error");
        }
    }

    private void Move(RelayDirection direction)
    {
        if (IsFinished) return;
        long before = direction.Bytes;
        PumpOutcome outcome = direction.Pump(loop.Scratch.PlaintextSpan);
        if (idleTimer is not null && direction.Bytes != before) lastActiveMs = Environment.TickCount64;
        switch (outcome)
        {
            case PumpOutcome.Yields:
                QueueResume();
                break;
            case PumpOutcome.Ended:
                firstEnd ??= direction.From;
                FinishWhenBothEnded();
                // When both have ended, the close tells.
                if (!IsFinished) direction.Destination.ShutdownWrite();
                FinishWhenBothEnded();
                break;
            case PumpOutcome.SourceFailed:
                Break(direction.From, direction.Source.Problem);
                break;
            case PumpOutcome.DestinationFailed:
                BreakAfterLastBytes(direction == toUpstream ? toDownstream : toUpstream);
                break;
        }
    }

    /// <summary>Who takes no more may have said why before (an answer before the question was whole): that still goes through.</summary>
    private void BreakAfterLastBytes(RelayDirection fromBroken)
    {
        if (IsFinished) return;
        ChannelProblem? problem = fromBroken.Source.Problem;
        if (!fromBroken.Destination.IsBroken && fromBroken.Pump(loop.Scratch.PlaintextSpan) == PumpOutcome.Ended) fromBroken.Destination.ShutdownWrite();
        Break(fromBroken.From, problem);
    }

    private void FinishWhenBothEnded()
    {
        if (toUpstream.Finished && toDownstream.Finished) Finish(RelayEnd.Completed, firstEnd, null, null);
    }

    private void Break(RelaySide side, ChannelProblem? problem)
    {
        bool isUnused = side == RelaySide.Upstream && toDownstream.Source.IsLost && !toDownstream.HasTaken && !toUpstream.HasTaken && !toUpstream.Ended;
        Finish(isUnused ? RelayEnd.Unused : RelayEnd.Failed, side, problem ?? ChannelProblem.Closed, null);
    }

    private void Finish(RelayEnd end, RelaySide? side, ChannelProblem? problem, string? reason)
    {
        if (IsFinished) return;
        finished.SetResult(new RelayResult
        {
            End = end,
            EndedBy = side,
            Problem = problem,
            AbortReason = reason,
            BytesToUpstream = BytesToUpstream,
            BytesToDownstream = BytesToDownstream,
        });
        idleTimer?.Stop();
        drainTimer?.Stop();
        Release(toUpstream.Source, end);
        Release(toDownstream.Source, end);
    }

    private static void Release(ByteChannel channel, RelayEnd end)
    {
        channel.Observer = null;
        if (end == RelayEnd.Completed) channel.Close();
        else if (end != RelayEnd.Unused || channel.IsLost) channel.Abort();
    }

    private void StartIdleTimer()
    {
        if (options.IdleTimeoutMs <= 0) return;
        lastActiveMs = Environment.TickCount64;
        idleTimer = new LoopTimer(loop, CheckIdle);
        idleTimer.Start(options.IdleTimeoutMs);
    }

    // The timer runs through: restarting it at every byte would cost more than waking up once per timeout.
    private void CheckIdle()
    {
        long idleMs = Environment.TickCount64 - lastActiveMs;
        if (idleMs >= options.IdleTimeoutMs) Finish(RelayEnd.IdleTimeout, null, null, null);
        else idleTimer!.Start((int)(options.IdleTimeoutMs - idleMs));
    }
}
