using System.Globalization;
using System.Text.Json;
using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>Debian's wrk, one thread, on the caller's host.</summary>
internal static class Wrk
{
    private const string Marker = "RESULT ";
    private const double TolerableErrors = 0.001;

    /// <exception cref="LabException">It failed, or too many requests did.</exception>
    public static async Task<WrkResult> RunAsync(ProxyPair pair, Workload workload, int seconds)
    {
        string[] close = workload.IsNewConnectionEach ? ["-H", "Connection: close"] : [];
        var output = await pair.Caller.RunAsync(["wrk", "-t1", Invariant($"-c{workload.Connections}"), Invariant($"-d{seconds}s"), "--timeout", "10s", .. close,
            "-s", Path.Combine(AppContext.BaseDirectory, "report.lua"), Invariant($"http://{pair.Address}:{pair.Port}{workload.Path}")]);
        var line = output.Split('\n').FirstOrDefault(l => l.StartsWith(Marker, StringComparison.Ordinal))
            ?? throw new LabException($"wrk reported nothing: {output}");
        var result = JsonSerializer.Deserialize<WrkResult>(line[Marker.Length..], JsonSerializerOptions.Web)!;
        if (result.Bytes == 0 || result.Errors > TolerableErrors * result.Requests)
            throw new LabException($"{pair.Name} failed {workload.Name}: {line}");
        return result;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
