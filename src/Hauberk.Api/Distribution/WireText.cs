using System.Net;

namespace Hauberk.Api.Distribution;

/// <summary>Bounds and checks for strings that came over the wire.</summary>
internal static class WireText
{
    public const int MaxNameLength = 512;
    private const int MaxLabels = 256;

    public static string? CheckName(string field, string value) =>
        value.Length is 0 or > MaxNameLength ? $"{field} has {value.Length} characters, not 1 to {MaxNameLength}" : null;

    public static string? CheckAddress(string field, string value) =>
        value.Length <= MaxNameLength && IPAddress.TryParse(value, out _) ? null : $"{field} is not an IP address";

    public static string? CheckLabels(string field, IDictionary<string, string> labels)
    {
        if (labels.Count > MaxLabels) return $"{field} has {labels.Count} labels, more than {MaxLabels}";
        return labels.Any(l => l.Key.Length is 0 or > MaxNameLength || l.Value.Length > MaxNameLength)
            ? $"{field} has a label with an empty or overlong part"
            : null;
    }
}
