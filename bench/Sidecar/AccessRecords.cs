using System.Text.Json;
using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>How the caller's sidecar says that the connections travelled which began after this was made.</summary>
internal sealed class AccessRecords(ProxyPair pair)
{
    // A connection that found no tunnel in time goes its own way; as few as these change no figure.
    private const double Tolerable = 0.02;

    private readonly string _file = pair.AccessLog!;
    private readonly long _position = new FileInfo(pair.AccessLog!).Length;
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;

    /// <param name="connections">That were made at least.</param>
    /// <exception cref="LabException">Fewer left a record, or one was not mutual TLS, or they went another way than the pair's name says.</exception>
    public async Task DemandAsync(int connections)
    {
        var ways = await WaysAsync(connections);
        var others = ways.Where(way => way != pair.Name).ToList();
        if (others.Count > Tolerable * ways.Count || others.Except(ProxyPair.Ours).Any())
            throw new LabException($"of {ways.Count} connections that were to go \"{pair.Name}\", {others.Count} went otherwise: {string.Join(", ", others.Distinct())}");
    }

    /// <summary>Whether the one connection that was made went the pair's way.</summary>
    public async Task<bool> AgreeAsync() => (await WaysAsync(1)).All(way => way == pair.Name);

    private async Task<List<string>> WaysAsync(int connections)
    {
        List<string> ways = [];
        await Wait.UntilAsync($"{connections} connections of {pair.Name} leave their records", () => Task.FromResult((ways = Ways()).Count >= connections));
        return ways;
    }

    private List<string> Ways() => [.. Lines().Select(WayOf).OfType<string>()];

    private IEnumerable<string> Lines()
    {
        using var stream = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = _position;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            if (line.StartsWith('{') && line.EndsWith('}')) yield return line;
    }

    /// <summary>Null where it began before, or was never decided: the caller gave up.</summary>
    private string? WayOf(string line)
    {
        using var record = JsonDocument.Parse(line);
        var root = record.RootElement;
        if (root.GetProperty("direction").GetString() != "outbound" || root.GetProperty("time").GetDateTimeOffset() < _start) return null;
        return root.TryGetProperty("security", out var security)
            ? security.GetString() switch { "hbone" => ProxyPair.Tunnel, "mtls" => ProxyPair.Plain, var other => other }
            : null;
    }
}
