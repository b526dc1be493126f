using System.Collections.Immutable;
using System.Text;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>Warnings as Kubernetes sends them: one "299 - "text"" header each (RFC 9111's predecessor RFC 7234, section 5.5).</summary>
internal static class WarningHeader
{
    private const int MaxWarnings = 16;
    private const int MaxLength = 400;

    public static void Add(HttpResponse response, ImmutableArray<string> warnings)
    {
        foreach (var warning in warnings.Take(MaxWarnings)) response.Headers.Append("Warning", $"299 - \"{Quotable(warning)}\"");
    }

    private static string Quotable(string text)
    {
        var quoted = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            if (c is '"' or '\\') quoted.Append('\\');
            quoted.Append(c is >= ' ' and <= '~' ? c : '?');
        }
        return quoted.ToString();
    }
}
