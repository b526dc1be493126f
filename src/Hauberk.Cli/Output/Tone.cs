namespace Hauberk.Cli.Output;

/// <summary>What a piece of text means; colour only underlines what the words say already.</summary>
internal enum Tone
{
    Plain,
    Good,
    Warning,
    Bad,
    Quiet,
}
