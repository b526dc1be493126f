namespace Hauberk.Net.EventLoops;

/// <summary>Calls back once on the loop's thread when its time has come. Starting and stopping allocates nothing; use on the loop's thread.</summary>
public sealed class LoopTimer
{
    private readonly EventLoop loop;

    public LoopTimer(EventLoop loop, Action callback)
    {
        this.loop = loop;
        Callback = callback;
    }

    public bool IsRunning => HeapIndex >= 0;

    internal Action Callback { get; }

    internal long DueMs { get; set; }

    internal int HeapIndex { get; set; } = -1;

    /// <summary>Starts or starts anew, due <paramref name="delayMs"/> milliseconds from now.</summary>
    public void Start(int delayMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(delayMs);
        loop.Timers.Schedule(this, Environment.TickCount64 + delayMs);
    }

    public void Stop() => loop.Timers.Cancel(this);
}
