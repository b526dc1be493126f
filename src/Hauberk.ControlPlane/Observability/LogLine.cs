using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Hauberk.ControlPlane.Observability;

/// <summary>A log entry as one line: time, level, source, message.</summary>
internal sealed class LogLine(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var source = logEntry.Category[(logEntry.Category.LastIndexOf('.') + 1)..];
        var message = $"{logEntry.Formatter(logEntry.State, logEntry.Exception)} {logEntry.Exception}".TrimEnd().ReplaceLineEndings(" ");
        textWriter.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {LevelOf(logEntry.LogLevel)} {source}: {message}"));
    }

    private static string LevelOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
