using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Sockets;

/// <summary>One bounded wait for a socket during set-up.</summary>
internal sealed class ReadinessWait
{
    // Continuations run from the loop's queue, never in the middle of an event's handling.
    private readonly TaskCompletionSource<WaitOutcome> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoopTimer? timer;

    public ReadinessWait(EventLoop loop, uint interest, Deadline deadline, Action onTimeout)
    {
        Interest = interest;
        if (deadline.IsNever) return;
        timer = new LoopTimer(loop, onTimeout);
        timer.Start(deadline.RemainingMs);
    }

    /// <summary>The epoll events waited for.</summary>
    public uint Interest { get; }

    public Task<WaitOutcome> Task => outcome.Task;

    public void Complete(WaitOutcome result)
    {
        timer?.Stop();
        outcome.TrySetResult(result);
    }
}
