using System.Globalization;
using System.Text;

namespace Hauberk.Cli.Output;

/// <summary>
/// Text from elsewhere made fit for a terminal: a host name or a message must not move the cursor, recolour the screen or run anything.
/// Control and format characters (direction overrides too) are shown as U+XXXX.
/// </summary>
internal static class SafeText
{
    public static string Of(string text, bool keepLines = false)
    {
        if (text.All(c => IsSafe(c, keepLines))) return text;
        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsSafe(c, keepLines)) safe.Append(c);
            else safe.Append(CultureInfo.InvariantCulture, $"<U+{(int)c:X4}>");
        }
        return safe.ToString();
    }

    private static bool IsSafe(char c, bool keepLines) => CharUnicodeInfo.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control => c == '\n' && keepLines,
        UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse => false,
        _ => true,
    };
}
