namespace Hauberk.Policy.Validation;

/// <summary>Text of a document on its way into a message: short, and without characters that would move a terminal's cursor.</summary>
internal static class ForeignText
{
    private const int MaxShownLength = 120;

    public static string Shown(string text)
    {
        var shown = text.Length <= MaxShownLength ? text : string.Concat(text.AsSpan(0, MaxShownLength), "…");
        return shown.Any(IsUnsafe) ? new string([.. shown.Select(c => IsUnsafe(c) ? '?' : c)]) : shown;
    }

    private static bool IsUnsafe(char c) => char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) is
        System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or
        System.Globalization.UnicodeCategory.ParagraphSeparator;
}
