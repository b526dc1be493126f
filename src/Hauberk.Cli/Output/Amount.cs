using System.Globalization;

namespace Hauberk.Cli.Output;

/// <summary>Numbers with units as people read them.</summary>
internal static class Amount
{
    /// <summary>"0 B", "999 B", "1.2 kB", "34 MB": powers of 1000.</summary>
    public static string Bytes(ulong bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 999.5 && unit < units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        var rounded = Math.Round(value, unit == 0 || value >= 9.95 ? 0 : 1);
        return string.Create(CultureInfo.InvariantCulture, $"{rounded} {units[unit]}");
    }

    /// <summary>"12 ms", "3.4 s", "5 min", "2 h", "3 d": one unit.</summary>
    public static string Duration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 1 } => Text(duration.TotalMilliseconds, 0, "ms"),
        { TotalSeconds: < 10 } => Text(duration.TotalSeconds, 1, "s"),
        { TotalMinutes: < 1 } => Text(duration.TotalSeconds, 0, "s"),
        { TotalHours: < 1 } => Text(duration.TotalMinutes, 0, "min"),
        { TotalDays: < 2 } => Text(duration.TotalHours, 0, "h"),
        _ => Text(duration.TotalDays, 0, "d"),
    };

    // Cut, not rounded: an age of 59.9 s is not yet a minute.
    private static string Text(double value, int digits, string unit)
    {
        var scale = Math.Pow(10, digits);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Truncate(value * scale) / scale} {unit}");
    }
}
