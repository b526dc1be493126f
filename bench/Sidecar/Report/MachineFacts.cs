using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hauberk.Sidecar.Benchmarks.Report;

/// <summary>Where the figures come from.</summary>
internal sealed record MachineFacts(string Processor, int Cores, string Kernel, string LoadAverage, IReadOnlyList<string> Programs)
{
    public static MachineFacts Read() => new(
        FieldOf("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
        Environment.ProcessorCount,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]),
        [$".NET {Environment.Version}", FirstLine("openssl", "version"), FirstLine("haproxy", "-v"), FirstLine("nginx", "-v"), FirstLine("wrk", "-v")]);

    private static string? FieldOf(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':')[1].Trim();

    private static string FirstLine(string program, string argument)
    {
        using var process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Some tell their version on one stream, some on the other; it is short.
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return said.Split('\n')[0].Trim();
    }
}
