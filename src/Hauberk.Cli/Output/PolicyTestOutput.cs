using System.Text.Json;
using Hauberk.Policy.Testing;

namespace Hauberk.Cli.Output;

/// <summary>Results of policy tests: for people, those that failed and one line for each test; for machines, every case.</summary>
internal static class PolicyTestOutput
{
    public static void Write(Printer printer, string test, string file, IReadOnlyCollection<PolicyTestResult> results)
    {
        var failed = results.Where(r => !r.Passed).ToList();
        var passed = results.Count - failed.Count;
        if (failed.Count == 0) printer.Line(new("ok    ", Tone.Good), $"  {file}: {test} ", new($"({passed})", Tone.Quiet));
        else printer.Line(new("FAILED", Tone.Bad), $"  {file}: {test} ({passed} of {results.Count})");
        foreach (var result in failed)
        {
            var rule = result.Rule is null ? "" : $" ({result.Rule})";
            printer.Indented(8, result.Name);
            printer.Indented(10, $"expected {result.Expected}, got {result.Actual}: {result.Reason}{rule}");
        }
    }

    public static void WriteSummary(Printer printer, IReadOnlyCollection<PolicyTestResult> results)
    {
        var passed = results.Count(r => r.Passed);
        if (printer.IsTable) printer.Line($"{passed} passed, {results.Count - passed} failed");
        else printer.Json(json => WriteJson(json, results, passed));
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyCollection<PolicyTestResult> results, int passed)
    {
        json.WriteStartObject();
        json.WriteNumber("passed", passed);
        json.WriteNumber("failed", results.Count - passed);
        json.WriteStartArray("cases");
        foreach (var result in results)
        {
            json.WriteStartObject();
            json.WriteString("file", result.File);
            json.WriteString("test", result.Test);
            json.WriteString("name", result.Name);
            json.WriteBoolean("passed", result.Passed);
            json.WriteString("expected", result.Expected);
            json.WriteString("actual", result.Actual);
            json.WriteString("rule", result.Rule);
            json.WriteString("reason", result.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
