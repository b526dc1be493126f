namespace Hauberk.CommandLines;

/// <summary>Values of one option that are separated by commas: spaces around them and empty ones do not count.</summary>
internal static class CommaList
{
    public static string[] Split(string? list) => (list ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
