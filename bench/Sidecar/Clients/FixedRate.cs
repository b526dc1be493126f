using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Threading.Channels;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>Requests at fixed moments, whatever the answers take: a latency counts from the moment the request was due.</summary>
internal static class FixedRate
{
    public const int Connections = 64;
    private const int WarmUpMs = 500;

    /// <summary>Says "latencyUs" with the median and the 99th percentile.</summary>
    public static async Task RunAsync(IPEndPoint target, int perSecond, int seconds)
    {
        var due = Channel.CreateUnbounded<long>();
        var latencies = new ConcurrentBag<double>();
        var start = Stopwatch.GetTimestamp();
        var counted = start + Stopwatch.Frequency * WarmUpMs / 1000;
        var workers = Enumerable.Range(0, Connections).Select(_ => ServeAsync(target, due.Reader, counted, latencies)).ToArray();
        // A thread of its own: what paces must not wait for what it paces.
        var pacer = new Thread(() => Pace(due.Writer, start, perSecond, seconds));
        pacer.Start();
        await Task.WhenAll(workers);
        var sorted = latencies.Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"latencyUs {sorted[sorted.Length / 2]:F0} {sorted[sorted.Length * 99 / 100]:F0}"));
    }

    private static void Pace(ChannelWriter<long> due, long start, int perSecond, int seconds)
    {
        for (long i = 0; i < (long)perSecond * seconds; i++)
        {
            var moment = start + i * Stopwatch.Frequency / perSecond;
            while (Stopwatch.GetTimestamp() < moment) Thread.Sleep(TimeSpan.FromMicroseconds(100));
            due.TryWrite(moment);
        }
        due.Complete();
    }

    private static async Task ServeAsync(IPEndPoint target, ChannelReader<long> due, long counted, ConcurrentBag<double> latencies)
    {
        using var connection = new HttpConnection(target);
        await connection.ConnectAsync();
        await foreach (var moment in due.ReadAllAsync())
        {
            await connection.GetAsync();
            if (moment >= counted) latencies.Add(Stopwatch.GetElapsedTime(moment).TotalMicroseconds);
        }
    }
}
