namespace Hauberk.Identity;

/// <summary>Why something was refused: a stable code and one sentence that shows the offending value, cut to a safe length.</summary>
public sealed record IdentityProblem(IdentityProblemCode Code, string Message)
{
    private const int MaxShownLength = 128;

    public override string ToString() => $"{Code}: {Message}";

    /// <summary>Foreign text made fit for a log line: quoted, control and non-ASCII characters replaced, at most 128 characters.</summary>
    public static string Show(ReadOnlySpan<char> value)
    {
        var shown = value.Length <= MaxShownLength ? value : value[..MaxShownLength];
        var safe = string.Create(shown.Length, shown, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                target[i] = source[i] is >= ' ' and <= '~' ? source[i] : '?';
        });
        return value.Length <= MaxShownLength ? $"\"{safe}\"" : $"\"{safe}…\" ({value.Length} characters)";
    }
}
