using System.Text.Json;

namespace Hauberk.Sidecar.Benchmarks.Report;

/// <summary>What some work may cost: a ratio to a peer, or a value where there is none.</summary>
/// <param name="Through">"plain" or "tunnel"; null: whichever.</param>
internal sealed record Budget(string Work, string? Through, string Metric, string? Peer, double AtMost)
{
    public static IReadOnlyList<Budget> ReadAll() =>
        JsonSerializer.Deserialize<List<Budget>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "budgets.json")), JsonSerializerOptions.Web)!;

    public bool Governs(string work, string through, string metric, string? peer) =>
        Work == work && Metric == metric && Peer == peer && (Through is null || Through == through);
}
