using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.EventLoops;

/// <summary>
/// One thread with its own epoll, timers and queue of work. Everything that belongs to the loop (sockets, channels, relays, timers) is
/// used on its thread only; <see cref="Post(Action)"/> and <see cref="RunAsync(Func{Task})"/> are the ways in from elsewhere. An
/// <c>await</c> on the loop's thread comes back to it.
/// </summary>
public sealed class EventLoop : IAsyncDisposable
{
    private const uint AlwaysWatched = EPOLLET | EPOLLRDHUP | EPOLLPRI;
    private static readonly SendOrPostCallback RunAction = static action => ((Action)action!)();

    [ThreadStatic] private static EventLoop? current;

    private readonly EventLoopOptions options;
    private readonly Epoll epoll = new();
    private readonly DescriptorTable descriptors = new();
    private readonly WorkQueue queue;
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long unhandledExceptions;
    private int tasksInFlight;
    private Deadline stopDeadline = Deadline.Never;
    private int stopRequested;

    private EventLoop(string name, EventLoopOptions options)
    {
        this.options = options;
        Name = name;
        queue = new WorkQueue(this);
        epoll.Add(queue.Fd, EPOLLIN, descriptors.Add(queue));
        TlsScratch = new TlsScratch(Scratch);
    }

    /// <summary>The loop whose thread this is, or null.</summary>
    public static EventLoop? Current => current;

    public string Name { get; }

    public bool IsCurrent => current == this;

    /// <summary>How many exceptions escaped from callbacks since the start. Read from any thread.</summary>
    public long UnhandledExceptionCount => Interlocked.Read(ref unhandledExceptions);

    /// <summary>How many descriptors (connections, listeners) the loop watches. Use on the loop's thread.</summary>
    public int DescriptorCount => descriptors.Count - 1;

    internal TimerHeap Timers { get; } = new();

    internal LoopScratch Scratch { get; } = new();

    internal TlsScratch TlsScratch { get; }

    internal TunnelScratch TunnelScratch { get; } = new();

    internal WindowRoom TunnelWindows { get; } = new();

    internal bool IsStopping { get; private set; }

    /// <summary>Starts a loop on a thread of its own.</summary>
    public static EventLoop Start(string name, EventLoopOptions? options = null)
    {
        var loop = new EventLoop(name, options ?? new EventLoopOptions());
        new Thread(loop.Run) { Name = name, IsBackground = true }.Start();
        return loop;
    }

    /// <summary>Queues work for the loop's thread; from any thread. After the loop ended the work runs on the thread pool.</summary>
    public void Post(Action action) => Post(RunAction, action);

    /// <summary>Runs asynchronous work on the loop's thread and gives its outcome; from any thread.</summary>
    public Task RunAsync(Func<Task> work) => RunAsync(async () => { await work(); return true; });

    /// <inheritdoc cref="RunAsync(Func{Task})"/>
    public Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() => _ = CompleteAsync(work, outcome));
        return outcome.Task;
    }

    /// <summary>Cuts every connection, closes every listener, lets the work in flight end within the stop timeout, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref stopRequested, 1) == 0) Post(BeginStop);
        await ended.Task;
    }

    internal void Post(SendOrPostCallback callback, object? state)
    {
        if (!queue.TryAdd(callback, state, IsCurrent)) RunElsewhere(callback, state);
    }

    internal void Watch(Descriptor descriptor, bool output)
    {
        ObjectDisposedException.ThrowIf(IsStopping, this);
        epoll.Add(descriptor.Fd, AlwaysWatched | EPOLLIN | (output ? EPOLLOUT : 0), descriptors.Add(descriptor));
    }

    /// <summary>Watches without edges: events repeat until handled or <see cref="SetLevelInterest"/> says otherwise.</summary>
    internal void WatchLevel(Descriptor descriptor)
    {
        ObjectDisposedException.ThrowIf(IsStopping, this);
        epoll.Add(descriptor.Fd, EPOLLIN, descriptors.Add(descriptor));
    }

    internal void SetLevelInterest(Descriptor descriptor, bool input) =>
        epoll.Modify(descriptor.Fd, input ? EPOLLIN : 0, descriptors.KeyOf(descriptor.Slot));

    internal void WatchOutput(Descriptor descriptor) =>
        epoll.Modify(descriptor.Fd, AlwaysWatched | EPOLLIN | EPOLLOUT, descriptors.KeyOf(descriptor.Slot));

    internal void Unwatch(Descriptor descriptor)
    {
        if (descriptor.Slot >= 0) descriptors.Remove(descriptor);
    }

    internal void TaskStarted() => tasksInFlight++;

    internal void TaskEnded() => tasksInFlight--;

    internal void Report(Exception exception)
    {
        Interlocked.Increment(ref unhandledExceptions);
        try
        {
            options.OnUnhandledException?.Invoke(exception);
        }
        catch (Exception)
        {
            // A reporter that throws is already counted above and must not end the loop.
        }
    }

    internal void VerifyCurrent()
    {
        if (current != this) throw new InvalidOperationException($"Belongs to the event loop '{Name}': use it on that loop's thread.");
    }

    private void Run()
    {
        current = this;
        SynchronizationContext.SetSynchronizationContext(new LoopSynchronizationContext(this));
        while (!IsStopping || ((tasksInFlight > 0 || queue.HasWork) && !stopDeadline.HasPassed)) Turn();
        End();
    }

    private void Turn()
    {
        int count = epoll.Wait(queue.HasWork ? 0 : WaitMs());
        for (int i = 0; i < count; i++)
        {
            (uint events, ulong key) = epoll[i];
            if (descriptors.Find(key) is { } descriptor) Dispatch(descriptor, events);
        }
        FireTimers();
        queue.RunAll();
    }

    private int WaitMs()
    {
        int timer = Timers.WaitMs(Environment.TickCount64);
        int stop = stopDeadline.IsNever ? -1 : stopDeadline.RemainingMs;
        return timer < 0 ? stop : stop < 0 ? timer : Math.Min(timer, stop);
    }

    private void Dispatch(Descriptor descriptor, uint events)
    {
        try
        {
            descriptor.OnEvents(events);
        }
        catch (Exception exception)
        {
            Report(exception);
            CutQuietly(descriptor, "internal error");
        }
    }

    private void FireTimers()
    {
        long nowMs = Environment.TickCount64;
        while (Timers.TakeDue(nowMs) is { } timer)
        {
            try
            {
                timer.Callback();
            }
            catch (Exception exception)
            {
                Report(exception);
            }
        }
    }

    private void CutQuietly(Descriptor descriptor, string reason)
    {
        try
        {
            descriptor.Cut(reason);
        }
        catch (Exception exception)
        {
            Report(exception);
        }
    }

    private async Task CompleteAsync<T>(Func<Task<T>> work, TaskCompletionSource<T> outcome)
    {
        TaskStarted();
        try
        {
            outcome.SetResult(await work());
        }
        catch (Exception exception)
        {
            outcome.SetException(exception);
        }
        finally
        {
            TaskEnded();
        }
    }

    private void BeginStop()
    {
        IsStopping = true;
        stopDeadline = Deadline.After(options.StopTimeoutMs);
        foreach (Descriptor descriptor in descriptors.All()) CutQuietly(descriptor, "the event loop ended");
    }

    private void End()
    {
        current = null;
        SynchronizationContext.SetSynchronizationContext(null);
        foreach (WorkQueue.Item left in queue.Close()) RunElsewhere(left.Callback, left.State);
        TunnelScratch.Dispose();
        TlsScratch.Dispose();
        Scratch.Dispose();
        epoll.Dispose();
        ended.SetResult();
    }

    // Work that outlived its loop (a finally block, mostly) still runs: by now all that the loop owned is closed.
    private static void RunElsewhere(SendOrPostCallback callback, object? state) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => work.Callback(work.State), new WorkQueue.Item(callback, state), preferLocal: false);
}
