using System.Text.Json;
using Hauberk.Cli;

namespace Hauberk.Conformance.Tests;

/// <summary>"hauberk test FOLDER -o json", in this process.</summary>
internal sealed record CommandLineRun(int ExitCode, int Passed, int Failed, IReadOnlyDictionary<string, CommandLineRun.Answer> Answers)
{
    public sealed record Answer(bool Passed, string Expected, string Actual, string? Rule);

    public static async Task<CommandLineRun> OfAsync(string folder)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal
        {
            OpenInput = () => Stream.Null,
            Out = output,
            Error = error,
            Environment = _ => null,
            Clock = TimeProvider.System,
        };
        var exitCode = await CommandLine.RunAsync(["test", folder, "-o", "json"], terminal);
        Assert.Equal("", error.ToString());
        using var json = JsonDocument.Parse(output.ToString());
        var cases = json.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(
            c => ConformanceCase.KeyOf(Path.GetFileName(Text(c, "file")!), Text(c, "test")!, Text(c, "name")!),
            c => new Answer(c.GetProperty("passed").GetBoolean(), Text(c, "expected")!, Text(c, "actual")!, Text(c, "rule")));
        return new(exitCode, json.RootElement.GetProperty("passed").GetInt32(), json.RootElement.GetProperty("failed").GetInt32(), cases);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
