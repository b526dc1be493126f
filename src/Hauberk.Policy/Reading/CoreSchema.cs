using System.Text.RegularExpressions;
using System.Globalization;
using System.Numerics;

namespace Hauberk.Policy.Reading;

/// <summary>What a plain scalar is after the core schema of YAML 1.2 (section 10.3.2). Numbers come out as JSON writes them.</summary>
internal static partial class CoreSchema
{
    private const int MaxNumberLength = 64;

    public static (string Value, ScalarKind Kind) Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ("null", ScalarKind.Null),
        "true" or "True" or "TRUE" => ("true", ScalarKind.Boolean),
        "false" or "False" or "FALSE" => ("false", ScalarKind.Boolean),
        _ => text.Length <= MaxNumberLength && (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.') ? Number(text) : (text, ScalarKind.Text),
    };

    private static (string, ScalarKind) Number(string text)
    {
        if (Integer().IsMatch(text)) return (Canonical(BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)), ScalarKind.Integer);
        if (Hexadecimal().IsMatch(text)) return (Canonical(OfBase(text.AsSpan(2), 16)), ScalarKind.Integer);
        if (Octal().IsMatch(text)) return (Canonical(OfBase(text.AsSpan(2), 8)), ScalarKind.Integer);
        if (Decimal().Match(text) is { Success: true } match) return (Canonical(match), ScalarKind.Decimal);
        return (text, ScalarKind.Text);
    }

    private static string Canonical(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);

    private static BigInteger OfBase(ReadOnlySpan<char> digits, int radix)
    {
        var value = BigInteger.Zero;
        foreach (var digit in digits) value = value * radix + Convert.ToInt32(digit.ToString(), 16);
        return value;
    }

    // "+.5" is "0.5", "-01." is "-1.0": the digits stay, so that nothing is rounded.
    private static string Canonical(Match match)
    {
        var sign = match.Groups["sign"].Value == "-" ? "-" : "";
        var whole = match.Groups["whole"].Value.TrimStart('0');
        var fraction = match.Groups["fraction"].Value;
        return $"{sign}{(whole.Length == 0 ? "0" : whole)}{(fraction.Length == 0 ? ".0" : "." + fraction)}{match.Groups["exponent"].Value}";
    }

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^0x[0-9a-fA-F]+\z")]
    private static partial Regex Hexadecimal();

    [GeneratedRegex(@"^0o[0-7]+\z")]
    private static partial Regex Octal();

    [GeneratedRegex(@"^(?<sign>[-+]?)(?=\.?[0-9])(?<whole>[0-9]*)(\.(?<fraction>[0-9]*))?(?<exponent>[eE][-+]?[0-9]+)?\z")]
    private static partial Regex Decimal();
}
