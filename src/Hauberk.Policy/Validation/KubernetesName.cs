using System.Text.RegularExpressions;

namespace Hauberk.Policy.Validation;

/// <summary>The syntaxes of names and labels in Kubernetes (RFC 1123 and RFC 1035). Each check gives what is wrong, or null.</summary>
internal static partial class KubernetesName
{
    private const string SubdomainRule = "lower-case letters, digits, '-' and '.', at most 253, a letter or digit first and last";
    private const string LabelRule = "lower-case letters, digits and '-', at most 63, a letter or digit first and last";
    private const string ServiceRule = "lower-case letters, digits and '-', at most 63, a letter first, a letter or digit last";

    public static string? CheckSubdomain(string name) => IsSubdomain(name) ? null : $"\"{ForeignText.Shown(name)}\" is not a name: {SubdomainRule}.";

    public static string? CheckLabel(string name) => IsLabel(name) ? null : $"\"{ForeignText.Shown(name)}\" is not a name: {LabelRule}.";

    public static string? CheckServiceName(string name) =>
        name.Length <= 63 && ServiceName().IsMatch(name) ? null : $"\"{ForeignText.Shown(name)}\" is not a name: {ServiceRule}.";

    /// <summary>A label or annotation key: name, or prefix/name where the prefix is a DNS subdomain.</summary>
    public static string? CheckKey(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var prefixIsRight = slash < 0 || IsSubdomain(key[..slash]);
        return prefixIsRight && key[(slash + 1)..] is { Length: <= 63 } name && LabelText().IsMatch(name)
            ? null : $"\"{ForeignText.Shown(key)}\" is not a label key: an optional DNS prefix and '/', then letters, digits, '-', '_' and '.', at most 63.";
    }

    public static string? CheckLabelValue(string value) => value.Length == 0 || value.Length <= 63 && LabelText().IsMatch(value)
        ? null : $"\"{ForeignText.Shown(value)}\" is not a label value: letters, digits, '-', '_' and '.', at most 63, a letter or digit first and last.";

    /// <summary>IANA service names (RFC 6335): what ports are called by.</summary>
    public static string? CheckPortName(string name) => name.Length <= 63 && Label().IsMatch(name) && name.Any(char.IsAsciiLetter)
        ? null : $"\"{ForeignText.Shown(name)}\" is not the name of a port: lower-case letters, digits and '-', at least one letter.";

    public static bool IsSubdomain(string name) => name.Length is > 0 and <= 253 && name.Split('.').All(part => part.Length <= 63 && Label().IsMatch(part));

    public static bool IsLabel(string name) => name.Length <= 63 && Label().IsMatch(name);

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"^[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\z")]
    private static partial Regex LabelText();
}
