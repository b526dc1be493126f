using System.Globalization;

namespace Hauberk.Cli;

/// <summary>"90s", "15m", "1h", "2d".</summary>
internal static class LifetimeText
{
    public static bool TryParse(string text, out TimeSpan lifetime)
    {
        lifetime = default;
        if (text.Length is < 2 or > 9) return false;
        if (!int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        // Eight digits of days are beyond what a TimeSpan holds.
        if (unit is null || number > 1_000_000) return false;
        lifetime = unit.Value * number;
        return true;
    }
}
