using System.Security.Cryptography;

namespace Hauberk.Sidecar;

/// <summary>How long to wait before trying again: twice as long each time, up to a bound, and never quite in step with the other sidecars.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private const int Steps = 1 << 20;
    private const int MaxDoublings = 30;

    private int failures;

    /// <summary>Between half the step and the whole of it.</summary>
    public TimeSpan Next()
    {
        var step = first * Math.Pow(2, Math.Min(failures++, MaxDoublings));
        return (step < longest ? step : longest) * (0.5 + 0.5 * RandomFraction());
    }

    public void Reset() => failures = 0;

    /// <summary>In [0, 1).</summary>
    internal static double RandomFraction() => RandomNumberGenerator.GetInt32(Steps) / (double)Steps;
}
