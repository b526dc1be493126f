using System.Buffers;
using System.Globalization;

namespace Hauberk.Policy.Reading;

/// <summary>Durations of Go and of proto JSON: numbers with units, largest first by habit: "1h", "1m30s", "0.5s", "250ms".</summary>
internal static class DurationText
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("h", 3600), ("m", 60), ("s", 1)];

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <returns>False for anything else, negative values and more than a year.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan();
        if (rest.IsEmpty || rest.Length > 32) return false;
        var seconds = 0.0;
        while (!rest.IsEmpty)
        {
            if (!TryTakePart(ref rest, out var part)) return false;
            seconds += part;
        }
        if (seconds > TimeSpan.FromDays(366).TotalSeconds) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static bool TryTakePart(ref ReadOnlySpan<char> rest, out double seconds)
    {
        seconds = 0;
        var digits = rest.IndexOfAnyExcept(NumberCharacters);
        if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
        rest = rest[digits..];
        foreach (var (unit, factor) in Units)
            if (rest.StartsWith(unit))
            {
                rest = rest[unit.Length..];
                seconds = number * factor;
                return true;
            }
        return false;
    }
}
