namespace Hauberk.Cli.Output;

/// <param name="IsNumber">Aligned to the right.</param>
/// <param name="Wraps">Free text: takes the room that is left and breaks into lines.</param>
internal sealed record Column(string Title, bool IsNumber = false, bool Wraps = false)
{
    public static implicit operator Column(string title) => new(title);
}
