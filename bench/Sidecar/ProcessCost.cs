using System.Globalization;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>What a process and its children cost, by the kernel's accounting.</summary>
internal static class ProcessCost
{
    // USER_HZ: the unit of /proc/PID/stat, 100 on every architecture that .NET runs on. The sum of both fields is exact to it.
    private const long TicksPerUnit = TimeSpan.TicksPerSecond / 100;

    private const int MaxAttempts = 10;

    /// <summary>User and kernel time of all threads, those that have ended included. Resolution 10 ms.</summary>
    public static TimeSpan CpuTime(int pid) => TimeSpan.FromTicks(WithChildren(pid).Sum(OwnUnits) * TicksPerUnit);

    /// <summary>Proportional set size: shared pages count by the share.</summary>
    public static long PssKib(int pid) => WithChildren(pid).Sum(OwnPssKib);

    private static long OwnUnits(int pid)
    {
        var stat = File.ReadAllText(Of(pid, "stat"));
        // The second field, the program's name in parentheses, may hold anything.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return Number(fields[11]) + Number(fields[12]);
    }

    private static long OwnPssKib(int pid) =>
        Number(File.ReadLines(Of(pid, "smaps_rollup")).First(line => line.StartsWith("Pss:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static IReadOnlyList<int> WithChildren(int pid)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return [pid, .. ChildrenOf(pid).SelectMany(WithChildren)];
            }
            catch (IOException) when (attempt < MaxAttempts)
            {
                // A thread has ended since it was listed; whoever has its children now may have been read already.
            }
        }
    }

    private static IEnumerable<int> ChildrenOf(int pid) =>
        Directory.EnumerateDirectories(Of(pid, "task"))
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(child => (int)Number(child));

    private static string Of(int pid, string file) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}");

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
