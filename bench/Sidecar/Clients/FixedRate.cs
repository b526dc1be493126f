using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>
/// Requests at fixed moments, whatever the answers take: one that comes late since the answer before it did counts from when it was due. Each connection
/// has a thread and its turn, so that none waits for another.
/// </summary>
internal static class FixedRate
{
    public const int Connections = 64;
    private const int WarmUpMs = 500;
    private const int StackBytes = 256 * 1024;

    /// <summary>Says "latencyUs" with the median and the 99th percentile.</summary>
    public static void Run(IPEndPoint target, int perSecond, int seconds)
    {
        var latencies = new List<double>[Connections];
        var start = Stopwatch.GetTimestamp() + Milliseconds(WarmUpMs);
        var threads = Enumerable.Range(0, Connections).Select(at => new Thread(() => latencies[at] = Serve(target, start, at, perSecond, seconds), StackBytes)).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var sorted = latencies.SelectMany(each => each).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"latencyUs {sorted[sorted.Length / 2]:F0} {sorted[sorted.Length * 99 / 100]:F0}"));
    }

    /// <summary>Its first request, which makes the connection, is not counted.</summary>
    private static List<double> Serve(IPEndPoint target, long start, int at, int perSecond, int seconds)
    {
        using var connection = new HttpConnection(target);
        connection.Connect();
        connection.Get();
        var latencies = new List<double>(perSecond * seconds / Connections + 1);
        for (var i = at; i < perSecond * seconds; i += Connections)
        {
            var sent = WaitUntil(start + i * Stopwatch.Frequency / perSecond);
            connection.Get();
            latencies.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds);
        }
        return latencies;
    }

    /// <summary>The moment itself where it has passed already; else when the sleep until it ended: that it ends late is not the proxies' doing.</summary>
    private static long WaitUntil(long moment)
    {
        var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), moment);
        if (left <= TimeSpan.Zero) return moment;
        Thread.Sleep((int)Math.Ceiling(left.TotalMilliseconds));
        return Stopwatch.GetTimestamp();
    }

    private static long Milliseconds(int count) => Stopwatch.Frequency * count / 1000;
}
