namespace Hauberk.Cli.Output;

internal readonly record struct Cell(string Text, Tone Tone = Tone.Plain)
{
    /// <summary>Stands where there is nothing to say.</summary>
    public static Cell None { get; } = new("-", Tone.Quiet);

    public static implicit operator Cell(string text) => text.Length == 0 ? None : new(text);
}
