using System.Globalization;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>Numbers as programs exchange them and as people read them.</summary>
internal static class Numbers
{
    public static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Three significant digits; what is greater than that in full.</summary>
    public static string Show(double value) => value switch
    {
        0 => "0",
        >= 100 => value.ToString("F0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("F2", CultureInfo.InvariantCulture),
        _ => value.ToString("F3", CultureInfo.InvariantCulture),
    };
}
