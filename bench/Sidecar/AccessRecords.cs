using System.Text.Json;
using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>How the caller's sidecar says its connections travelled.</summary>
internal sealed class AccessRecords(string file)
{
    // The first connections of a run may come before a tunnel stands.
    private const double Nearly = 0.98;

    public long Length => new FileInfo(file).Length;

    /// <summary>"plain" or "tunnel", by the records written since the file had <paramref name="start"/> bytes.</summary>
    /// <exception cref="LabException">There is none, or they do not agree, or one was not mutual TLS.</exception>
    public async Task<string> ThroughSinceAsync(long start)
    {
        await Wait.UntilAsync("connections leave their records", () => Task.FromResult(Length > start));
        var securities = Lines(start).Select(SecurityOf).Where(security => security is not null).ToList();
        var (plain, tunnel) = (securities.Count(s => s == "mtls"), securities.Count(s => s == "hbone"));
        if (plain + tunnel == 0 || plain + tunnel < securities.Count)
            throw new LabException($"of {securities.Count} connections {plain} were mutual TLS and {tunnel} streams of a tunnel");
        if (tunnel >= Nearly * securities.Count) return "tunnel";
        if (plain >= Nearly * securities.Count) return "plain";
        throw new LabException($"{plain} connections went plain and {tunnel} through a tunnel: a figure of both says nothing");
    }

    private IEnumerable<string> Lines(long start)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = start;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            if (line.StartsWith('{') && line.EndsWith('}')) yield return line;
    }

    /// <summary>Null where the connection was never decided: the caller gave up before.</summary>
    private static string? SecurityOf(string line)
    {
        using var record = JsonDocument.Parse(line);
        if (record.RootElement.GetProperty("direction").GetString() != "outbound") return null;
        return record.RootElement.TryGetProperty("security", out var security) ? security.GetString() : null;
    }
}
