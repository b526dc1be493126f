using System.Text.RegularExpressions;

namespace Hauberk.Policy.Validation;

/// <summary>Hosts of services: DNS names, perhaps with "*" as the first label.</summary>
internal static partial class HostName
{
    public static string? Check(string host, bool allowWildcard = true)
    {
        var name = allowWildcard && host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        if (name.Length is > 0 and <= 253 && name.Split('.').All(label => label.Length <= 63 && Label().IsMatch(label))) return null;
        return $"\"{ForeignText.Shown(host)}\" is not a host name{(allowWildcard ? ", which may start with \"*.\"" : "")}.";
    }

    // Underscores occur in names of real services (SRV style).
    [GeneratedRegex(@"^[A-Za-z0-9_]([-A-Za-z0-9_]*[A-Za-z0-9_])?\z")]
    private static partial Regex Label();
}
