using System.Globalization;
using System.Text.Json;
using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>Debian's wrk, one thread, on the caller's host.</summary>
internal static class Wrk
{
    private const string Marker = "RESULT ";
    private const double TolerableErrors = 0.001;

    // Of what is stopped before.
    private const int LongestSeconds = 300;

    /// <exception cref="LabException">It failed, or too many requests did.</exception>
    public static async Task<WrkResult> RunAsync(ProxyPair pair, Workload workload, int seconds) =>
        Read(await pair.Caller.RunAsync(Arguments(pair, workload, seconds)), pair, workload);

    public static HostProcess Start(ProxyPair pair, Workload workload) =>
        pair.Caller.Start($"wrk-{Guid.NewGuid():N}", Arguments(pair, workload, LongestSeconds));

    /// <exception cref="LabException">It failed, or too many requests did.</exception>
    public static async Task<WrkResult> StopAsync(HostProcess wrk, ProxyPair pair, Workload workload)
    {
        await wrk.SignalAsync("INT");
        await wrk.WaitForExitAsync();
        return Read(wrk.Output, pair, workload);
    }

    private static string[] Arguments(ProxyPair pair, Workload workload, int seconds)
    {
        string[] close = workload.IsNewConnectionEach ? ["-H", "Connection: close"] : [];
        return ["wrk", "-t1", Invariant($"-c{workload.Connections}"), Invariant($"-d{seconds}s"), "--timeout", "10s", .. close,
            "-s", Path.Combine(AppContext.BaseDirectory, "report.lua"), Invariant($"http://{pair.Address}:{pair.Port}{workload.Path}")];
    }

    private static WrkResult Read(string output, ProxyPair pair, Workload workload)
    {
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith(Marker, StringComparison.Ordinal))
            ?? throw new LabException($"wrk reported nothing: {output}");
        var result = JsonSerializer.Deserialize<WrkResult>(line[Marker.Length..], JsonSerializerOptions.Web)!;
        if (result.Bytes == 0 || result.Errors > TolerableErrors * result.Requests)
            throw new LabException($"{pair.Name} failed {workload.Name}: {line}");
        return result;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
