using Hauberk.Net.EventLoops;
using Hauberk.Net.Tests.Support;

namespace Hauberk.Net.Tests.EventLoops;

public sealed class EventLoopTests : LoopTest
{
    [Fact]
    public async Task An_await_comes_back_to_the_loops_thread()
    {
        await Loop.RunAsync(async () =>
        {
            int thread = Environment.CurrentManagedThreadId;
            await Task.Run(static () => { }, TestContext.Current.CancellationToken);
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            Assert.Same(Loop, EventLoop.Current);
            await Task.Yield();
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
        });
        Assert.Null(EventLoop.Current);
    }

    [Fact]
    public async Task Posted_work_runs_in_order_from_many_threads()
    {
        var seen = new List<(int Thread, int Number)>();
        Parallel.For(0, 4, thread =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                int number = i;
                Loop.Post(() => seen.Add((thread, number)));
            }
        });
        await UntilAsync(() => seen.Count == 4_000, "all work");
        foreach (var group in seen.GroupBy(item => item.Thread)) Assert.Equal(Enumerable.Range(0, 1_000), group.Select(item => item.Number));
    }

    [Fact]
    public async Task Work_that_throws_is_counted_and_the_loop_goes_on()
    {
        ExpectsUnhandledExceptions = true;
        Loop.Post(() => throw new InvalidOperationException("posted"));
        Assert.Equal(1, await OnLoop(() => 1));
        Assert.Equal("posted", Assert.Single(Unhandled).Message);
    }

    [Fact]
    public async Task A_timer_that_throws_is_counted_and_the_loop_goes_on()
    {
        ExpectsUnhandledExceptions = true;
        await OnLoop(() => new LoopTimer(Loop, () => throw new InvalidOperationException("timer")).Start(0));
        await UntilAsync(() => Loop.UnhandledExceptionCount == 1, "the exception");
    }

    [Fact]
    public async Task Run_async_gives_the_works_exception()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Loop.RunAsync(() => throw new ArgumentException("mine")));
    }

    [Fact]
    public async Task Timers_fire_in_order_of_their_time_and_not_before()
    {
        var fired = new List<int>();
        long start = Environment.TickCount64;
        await OnLoop(() =>
        {
            foreach (int delay in new[] { 60, 20, 40, 0 }) new LoopTimer(Loop, () => fired.Add(delay)).Start(delay);
            var stopped = new LoopTimer(Loop, () => fired.Add(-1));
            stopped.Start(10);
            stopped.Stop();
            var restarted = new LoopTimer(Loop, () => fired.Add(80));
            restarted.Start(5);
            restarted.Start(80);
        });
        await UntilAsync(() => fired.Count == 5, "all timers");
        Assert.Equal([0, 20, 40, 60, 80], fired);
        Assert.True(Environment.TickCount64 - start >= 80);
    }

    [Fact]
    public async Task Work_that_outlives_the_loop_still_ends()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool cleanedUp = false;
        await using var loop = EventLoop.Start("short", new EventLoopOptions { StopTimeoutMs = 20 });
        Task work = loop.RunAsync(async () =>
        {
            try
            {
                await gate.Task;
            }
            finally
            {
                cleanedUp = true;
            }
        });
        await loop.DisposeAsync();
        gate.SetResult();
        await InTime(work);
        Assert.True(cleanedUp);
    }

    [Fact]
    public async Task Disposal_waits_for_work_in_flight()
    {
        bool done = false;
        var loop = EventLoop.Start("patient");
        Task work = loop.RunAsync(async () =>
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            done = true;
        });
        await loop.DisposeAsync();
        Assert.True(done);
        await InTime(work);
    }
}
