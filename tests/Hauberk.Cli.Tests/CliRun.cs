using System.Text;

namespace Hauberk.Cli.Tests;

/// <summary>One run of the program in this process: its exit code and what it wrote.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public static DateTimeOffset Now { get; } = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    /// <param name="width">Columns of a terminal; 0: standard output is no terminal.</param>
    public static async Task<CliRun> Async(IReadOnlyList<string> args, string input = "", int width = 0, CancellationToken cancellation = default)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(args, TerminalOf(output, error, input, width), cancellation);
        return new(exitCode, output.ToString(), error.ToString());
    }

    public static Terminal TerminalOf(TextWriter output, TextWriter error, string input = "", int width = 0) => new()
    {
        OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
        Out = output,
        Error = error,
        IsOutTerminal = width > 0,
        Width = width,
        Environment = _ => null,
        Clock = new FixedClock(),
    };

    /// <summary>Stands still for what is shown; runs for what is waited for.</summary>
    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;

        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }
}
