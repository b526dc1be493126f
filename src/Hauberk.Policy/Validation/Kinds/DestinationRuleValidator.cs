using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

internal static class DestinationRuleValidator
{
    public static void Validate(DestinationRuleResource rule, ValidationContext context)
    {
        if (rule.Host != "*") context.Check(ProblemCodes.InvalidHost, "spec.host", HostName.Check(rule.Host));
        ExportRules.Validate(rule.ExportTo, context);
        LabelRules.ValidateSelector(rule.WorkloadSelector, "spec.workloadSelector.matchLabels", context);
        var hasSelector = rule.WorkloadSelector is { IsEmpty: false };
        TrafficPolicyValidator.Validate(rule.TrafficPolicy, "spec.trafficPolicy", hasSelector, context);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < rule.Subsets.Length; i++)
        {
            var path = $"spec.subsets[{i}]";
            ValidateSubset(rule.Subsets[i], path, context);
            TrafficPolicyValidator.Validate(rule.Subsets[i].TrafficPolicy, $"{path}.trafficPolicy", hasSelector, context);
            if (!names.Add(rule.Subsets[i].Name)) context.Error(ProblemCodes.GivenTwice, $"{path}.name", $"The subset \"{ForeignText.Shown(rule.Subsets[i].Name)}\" exists already.");
        }
    }

    private static void ValidateSubset(DestinationSubset subset, string path, ValidationContext context)
    {
        context.Check(ProblemCodes.InvalidName, $"{path}.name", KubernetesName.CheckLabel(subset.Name));
        LabelRules.Validate(subset.Labels, FieldPath.Field(path, "labels"), context);
    }
}
