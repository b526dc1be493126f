using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Tunnel;

/// <summary>A CONNECT on its way, with the bound of its wait.</summary>
internal sealed class PendingOpening
{
    private readonly TaskCompletionSource<TunnelOpening> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoopTimer? timer;

    public PendingOpening(EventLoop loop, Deadline deadline, Action onTimeout)
    {
        if (deadline.IsNever) return;
        timer = new LoopTimer(loop, onTimeout);
        timer.Start(deadline.RemainingMs);
    }

    public Task<TunnelOpening> Task => answer.Task;

    public void Complete(TunnelOpening opening)
    {
        timer?.Stop();
        answer.TrySetResult(opening);
    }
}
