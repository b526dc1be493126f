using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

/// <summary>Paths as Kubernetes writes them: spec.rules[0].when, metadata.labels[app.kubernetes.io/name].</summary>
internal static class FieldPath
{
    public static string Field(string parent, string key)
    {
        if (!IsPlain(key)) return $"{parent}[{ForeignText.Shown(key)}]";
        return parent.Length == 0 ? key : $"{parent}.{key}";
    }

    public static string Item(string parent, int index) => $"{parent}[{index}]";

    private static bool IsPlain(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
