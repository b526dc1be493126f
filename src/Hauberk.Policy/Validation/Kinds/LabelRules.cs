using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

/// <summary>Labels of things, and labels that select things.</summary>
internal static class LabelRules
{
    public static void Validate(IEnumerable<KeyValuePair<string, string>> labels, string path, ValidationContext context)
    {
        foreach (var (key, value) in labels)
            context.Check(ProblemCodes.InvalidLabel, FieldPath.Field(path, key), KubernetesName.CheckKey(key) ?? KubernetesName.CheckLabelValue(value));
    }

    /// <param name="path">Of the map of labels: "spec.selector.matchLabels".</param>
    public static void ValidateSelector(LabelSelector? selector, string path, ValidationContext context)
    {
        if (selector is null) return;
        foreach (var (key, value) in selector.MatchLabels)
            context.Check(ProblemCodes.InvalidSelector, FieldPath.Field(path, key), CheckPair(key, value));
    }

    private static string? CheckPair(string key, string value)
    {
        if (key.Contains('*', StringComparison.Ordinal) || value.Contains('*', StringComparison.Ordinal)) return "Selectors match labels exactly and know no \"*\".";
        return KubernetesName.CheckKey(key) ?? KubernetesName.CheckLabelValue(value);
    }
}
