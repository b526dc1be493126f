using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar;

/// <summary>
/// Keeps the loops of the control side going. What nobody foresaw is logged and counted, and the loop begins again after a pause: one that ended in
/// silence would leave certificate or configuration standing still for good.
/// </summary>
internal sealed partial class BackgroundLoops(TimeProvider time, ILogger<BackgroundLoops> log)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private long failures;

    /// <summary>How often a loop failed in a way that nobody foresaw.</summary>
    public long Failures => Interlocked.Read(ref failures);

    /// <summary>Until <paramref name="cancellationToken"/> says so. Never throws.</summary>
    /// <param name="loop">Begins anew each time, and ends only when it is cancelled or has nothing left to do for good.</param>
    public async Task KeepAsync(string name, Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(0.5), LongestPause);
        while (!cancellationToken.IsCancellationRequested)
        {
            var start = time.GetTimestamp();
            try
            {
                await loop(cancellationToken);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (time.GetElapsedTime(start) > LongestPause)
                    backoff.Reset();
                var pause = backoff.Next();
                Interlocked.Increment(ref failures);
                Failed(name, pause.TotalMilliseconds, e);
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception)
            {
                // It was told to stop, and whatever it met on the way out changes nothing.
            }
        }
    }

    [LoggerMessage(LogLevel.Critical, "{Loop} failed in a way that nobody foresaw; it begins again in {PauseMs} ms")]
    private partial void Failed(string loop, double pauseMs, Exception exception);
}
