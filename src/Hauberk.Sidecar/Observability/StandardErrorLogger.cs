using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Observability;

/// <summary>Logs as lines of JSON on standard error: time, level, what it concerns, the message and its values by name.</summary>
internal sealed class StandardErrorLogger(TimeProvider time, LogLevel minimum) : ILoggerProvider
{
    private const int MaxValueLength = 4096;

    // A log is no web page: quotes and angle brackets need no disguise. Control characters are escaped all the same.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly LogLevel minimum = minimum;
    private readonly Lock gate = new();
    private readonly Stream stream = Console.OpenStandardError();

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose() => stream.Dispose();

    private void Write<TState>(LogLevel level, string category, TState state, Exception? exception, string message)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Readable))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("level", Name(level));
            json.WriteString("source", category);
            json.WriteString("message", message);
            if (exception is not null)
                json.WriteString("exception", Shorten(exception.ToString()));
            WriteValues(json, state);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        WriteLine(line.WrittenSpan);
    }

    private static void WriteValues<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
            return;
        foreach (var (name, value) in values)
            if (value is not null && name.Length > 0 && name[0] != '{')
                json.WriteString(JsonNamingPolicy.CamelCase.ConvertName(name), Shorten(Text(value)));
    }

    private void WriteLine(ReadOnlySpan<byte> line)
    {
        lock (gate)
        {
            try
            {
                stream.Write(line);
            }
            catch (IOException)
            {
                // Whoever read the log is gone; the traffic goes on.
            }
        }
    }

    // Times as everywhere else, not as some country writes them.
    private static string Text(object value) => value is DateTimeOffset time
        ? time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
        : value.ToString() ?? "";

    private static string Shorten(string value) => value.Length <= MaxValueLength ? value : value[..MaxValueLength] + "…";

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    private sealed class Category(StandardErrorLogger logger, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= logger.minimum && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                logger.Write(logLevel, name, state, exception, formatter(state, exception));
        }
    }
}
