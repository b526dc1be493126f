namespace Hauberk.Sidecar.Benchmarks.Report;

/// <summary>The rows for people, in columns.</summary>
internal static class TextTable
{
    public static readonly string[] Heads = ["work", "through", "metric", "value", "peer", "peer's", "ratio", "budget", "", "spread"];

    public static string Of(IReadOnlyList<Row> rows)
    {
        string[][] lines = [Heads, .. rows.Select(Cells)];
        var widths = Enumerable.Range(0, Heads.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        return string.Join('\n', lines.Select(line => string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    public static string[] Cells(Row row) =>
    [
        row.Work, row.Through, row.Metric, Numbers.Show(row.Value), row.Peer ?? "", Show(row.PeerValue), Show(row.Ratio), Show(row.Budget),
        row.Met switch { true => "met", false => "MISSED", null => "" }, $"±{row.Spread * 50:F0} %",
    ];

    private static string Show(double? number) => number is { } value ? Numbers.Show(value) : "";
}
