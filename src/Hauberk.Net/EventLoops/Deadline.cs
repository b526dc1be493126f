namespace Hauberk.Net.EventLoops;

/// <summary>A moment on the machine's monotonic clock, so that one bound can span several waits.</summary>
public readonly record struct Deadline
{
    private readonly long atMs;

    private Deadline(long atMs) => this.atMs = atMs;

    /// <summary>A deadline that never passes.</summary>
    public static Deadline Never { get; } = new(long.MaxValue);

    public bool HasPassed => RemainingMs == 0;

    /// <summary>Milliseconds left, at least 0 and at most <see cref="int.MaxValue"/>.</summary>
    public int RemainingMs => (int)Math.Clamp(atMs == long.MaxValue ? long.MaxValue : atMs - Environment.TickCount64, 0, int.MaxValue);

    internal bool IsNever => atMs == long.MaxValue;

    /// <summary>The deadline <paramref name="timeoutMs"/> milliseconds from now.</summary>
    public static Deadline After(int timeoutMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timeoutMs);
        return new(Environment.TickCount64 + timeoutMs);
    }
}
