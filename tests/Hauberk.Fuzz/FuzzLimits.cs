namespace Hauberk.Fuzz;

internal static class FuzzLimits
{
    public const int MaxInputBytes = 16 * 1024;

    /// <summary>An input of that size that takes more processor time is a finding: somebody could keep a core busy with it.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(2);

    /// <summary>Of the clock, after which an input is taken never to end.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(120);
}
