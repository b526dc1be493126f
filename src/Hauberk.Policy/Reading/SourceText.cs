using System.Text;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

/// <summary>Bytes to text, or a problem: too large, not UTF-8, or a character that YAML forbids.</summary>
internal static class SourceText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string? Decode(ReadOnlySpan<byte> utf8, string file, ReadLimits limits, ProblemCollector problems)
    {
        if (utf8.Length > limits.MaxBytes)
        {
            TooLarge(utf8.Length, file, limits, problems);
            return null;
        }
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        try
        {
            return Check(Strict.GetString(utf8), file, problems);
        }
        catch (DecoderFallbackException bad)
        {
            // The index counts bytes from where decoding began; what stands before it is valid.
            var before = Encoding.UTF8.GetString(utf8[..Math.Clamp(bad.Index, 0, utf8.Length)]);
            problems.Error(ProblemCodes.Encoding, PositionAt(before, before.Length, file), "", "The bytes here are not valid UTF-8.");
            return null;
        }
    }

    public static string? Check(string text, string file, ReadLimits limits, ProblemCollector problems)
    {
        if (text.Length <= limits.MaxBytes) return Check(text.StartsWith('\uFEFF') ? text[1..] : text, file, problems);
        TooLarge(text.Length, file, limits, problems);
        return null;
    }

    private static void TooLarge(int size, string file, ReadLimits limits, ProblemCollector problems) => problems.Error(
        ProblemCodes.TooLarge, new(file, 0, 0), "", $"The document has {size} bytes; at most {limits.MaxBytes} are read.");

    // The parser takes NUL for the end of input and would drop the rest in silence, so nothing forbidden may reach it.
    private static string? Check(string text, string file, ProblemCollector problems)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (!IsPrintable(text[i]))
            {
                problems.Error(ProblemCodes.Encoding, PositionAt(text, i, file), "", $"The character U+{(int)text[i]:X4} is not allowed here.");
                return null;
            }
        }
        return text;
    }

    // NEL and the Unicode line separators are line breaks in YAML 1.1 and ordinary characters in 1.2 and JSON: two readers would
    // see two documents, so they must be written as escapes.
    private static bool IsPrintable(char c) => c switch
    {
        '\t' or '\n' or '\r' => true,
        < ' ' => false,
        < '\u007F' => true,
        < '\u00A0' => false,
        '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' => false,
        _ => !char.IsSurrogate(c),
    };

    private static SourcePosition PositionAt(string text, int index, string file)
    {
        var before = text.AsSpan(0, index);
        var lineStart = before.LastIndexOf('\n') + 1;
        return new(file, before.Count('\n') + 1, index - lineStart + 1);
    }
}
