using Microsoft.Extensions.Logging.Abstractions;

namespace Hauberk.Sidecar.Tests;

public sealed class BackgroundLoopsTests
{
    private readonly ManualTime time = new();

    [Fact]
    public async Task A_loop_that_fails_is_counted_and_begins_again_ever_more_rarely_until_it_is_told_to_stop()
    {
        var loops = new BackgroundLoops(time, NullLogger<BackgroundLoops>.Instance);
        using var stop = new CancellationTokenSource();
        var begun = new List<DateTimeOffset>();
        var kept = loops.KeepAsync("a loop", _ => Fail(begun), stop.Token);
        await time.AdvanceUntilAsync(() => loops.Failures >= 10, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        var gaps = begun.Zip(begun.Skip(1), static (a, b) => b - a).ToList();
        Assert.InRange(gaps[0], TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(2));
        Assert.InRange(gaps[^1], TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(32));
        await stop.CancelAsync();
        await kept;
    }

    [Fact]
    public async Task What_a_loop_meets_on_its_way_out_is_no_failure()
    {
        var loops = new BackgroundLoops(time, NullLogger<BackgroundLoops>.Instance);
        using var stop = new CancellationTokenSource();
        var kept = loops.KeepAsync("a loop", static async end =>
        {
            await Task.Delay(Timeout.Infinite, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new ObjectDisposedException("what it stood on");
        }, stop.Token);
        await stop.CancelAsync();
        await kept;
        Assert.Equal(0, loops.Failures);
    }

    private Task Fail(List<DateTimeOffset> begun)
    {
        begun.Add(time.GetUtcNow());
        return Task.FromException(new InvalidOperationException("a fault of the test"));
    }
}
