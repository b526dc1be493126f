using System.Text.Json;

namespace Hauberk.Sidecar.Benchmarks.Report;

/// <summary>The rows for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Of(IReadOnlyList<Row> rows) => JsonSerializer.Serialize(new { rows }, s_options) + "\n";
}
