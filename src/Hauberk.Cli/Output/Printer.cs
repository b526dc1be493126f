using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Spectre.Console;

namespace Hauberk.Cli.Output;

/// <summary>
/// The one way verbs speak: results on standard output as tables or machine text, everything else on standard error. Foreign text is made
/// safe here; colour is used on terminals only.
/// </summary>
internal sealed class Printer
{
    private const int Unbounded = 1 << 16;
    private static readonly JsonWriterOptions IndentedJson = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions CompactJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Terminal terminal;
    private readonly TableRenderer tables;
    private readonly StringBuilder drawn = new();
    private readonly IAnsiConsole console;

    public Printer(Terminal terminal, OutputFormat format = OutputFormat.Table)
    {
        this.terminal = terminal;
        Format = format;
        console = ConsoleOn(new StringWriter(drawn) { NewLine = "\n" }, terminal.IsOutTerminal && terminal.HasColor);
        var width = terminal.IsOutTerminal ? terminal.Width : Unbounded;
        console.Profile.Width = width;
        tables = new TableRenderer(console, width);
    }

    public OutputFormat Format { get; }

    public bool IsTable => Format == OutputFormat.Table;

    public void Write(Table table, bool withTitles = true)
    {
        tables.Write(table, withTitles);
        Flush();
    }

    /// <summary>One line of differently toned pieces.</summary>
    public void Line(params ReadOnlySpan<Cell> pieces) => Indented(0, pieces);

    /// <summary>A line that stays to the right of <paramref name="indent"/> columns where it is broken.</summary>
    public void Indented(int indent, params ReadOnlySpan<Cell> pieces)
    {
        console.Write(new Padder(ParagraphOf(pieces, keepLines: false), new Padding(indent, 0, 0, 0)));
        Flush();
    }

    /// <summary>One JSON document, indented.</summary>
    public void Json(Action<Utf8JsonWriter> write) => terminal.Out.Write(JsonText(write, IndentedJson) + "\n");

    /// <summary>One JSON document on one line: for streams of them.</summary>
    public void JsonLine(Action<Utf8JsonWriter> write)
    {
        terminal.Out.Write(JsonText(write, CompactJson) + "\n");
        terminal.Out.Flush();
    }

    /// <summary>A document of the API, in the machine format that was asked for.</summary>
    public void Document(JsonElement document)
    {
        if (Format == OutputFormat.Yaml) terminal.Out.Write(YamlText.Of(document));
        else Json(document.WriteTo);
    }

    public void Warning(string message) => Aside("warning: ", Tone.Warning, message);

    /// <summary>Neither result nor trouble: kept off standard output so that results can be piped.</summary>
    public void Note(string message) => Aside("", Tone.Quiet, message);

    /// <param name="message">What is wrong, one sentence or a list of lines.</param>
    /// <param name="next">What to do about it.</param>
    /// <returns><paramref name="exitCode"/>.</returns>
    public int Fail(string message, string? next = null, int exitCode = ExitCode.Unusable)
    {
        Aside("error: ", Tone.Bad, message);
        if (next is not null) Aside("", Tone.Plain, next);
        return exitCode;
    }

    private void Aside(string label, Tone tone, string message)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var error = ConsoleOn(text, terminal.IsErrorTerminal && terminal.HasColor);
        error.Profile.Width = Unbounded;
        error.Write(ParagraphOf([new(label, tone), new(message, label.Length == 0 ? tone : Tone.Plain)], keepLines: true));
        terminal.Error.Write(text.ToString().TrimEnd('\n') + "\n");
    }

    private static Paragraph ParagraphOf(ReadOnlySpan<Cell> pieces, bool keepLines)
    {
        var paragraph = new Paragraph();
        foreach (var piece in pieces) paragraph.Append(SafeText.Of(piece.Text, keepLines), TableRenderer.StyleOf(piece.Tone));
        return paragraph;
    }

    private void Flush()
    {
        // Cells are padded to their column; nobody wants that at the ends of lines.
        foreach (var line in drawn.ToString().TrimEnd('\n').Split('\n')) terminal.Out.Write(line.TrimEnd(' ') + "\n");
        terminal.Out.Flush();
        drawn.Clear();
    }

    private static string JsonText(Action<Utf8JsonWriter> write, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static IAnsiConsole ConsoleOn(TextWriter writer, bool colored) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = colored ? AnsiSupport.Yes : AnsiSupport.No,
        ColorSystem = colored ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(writer),
    });
}
