using CsCheck;
using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Tests.EventLoops;

public sealed class TimerHeapTests
{
    /// <summary>A step: which timer, and when it is due, or below zero to stop it.</summary>
    private static readonly Gen<(int Timer, int Due)[]> Steps = Gen.Select(Gen.Int[0, 40], Gen.Int[-20, 100]).Array[0, 300];

    [Fact]
    public void The_heap_gives_what_a_sorted_list_would() => Steps.Sample(steps =>
    {
        var heap = new TimerHeap();
        var timers = Enumerable.Range(0, 41).Select(_ => new LoopTimer(null!, () => { })).ToArray();
        var model = new Dictionary<LoopTimer, long>();
        foreach ((int index, int due) in steps)
        {
            LoopTimer timer = timers[index];
            if (due < 0) heap.Cancel(timer);
            else heap.Schedule(timer, due);
            if (due < 0) model.Remove(timer);
            else model[timer] = due;
        }
        Assert.Equal(model.Count, heap.Count);
        Assert.Equal(model.Count == 0 ? -1 : (int)model.Values.Min(), heap.WaitMs(0));
        var taken = new List<long>();
        while (heap.TakeDue(50) is { } timer) taken.Add(timer.DueMs);
        Assert.Equal(model.Values.Where(due => due <= 50).Order(), taken);
        Assert.All(timers, timer => Assert.Equal(model.TryGetValue(timer, out long due) && due > 50, timer.IsRunning));
    });
}
