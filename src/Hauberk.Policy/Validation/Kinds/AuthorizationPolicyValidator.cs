using Hauberk.Policy.Reading;
using Hauberk.Policy.Reading.Kinds;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

/// <summary>Specification 3.3, 3.11 and 3.12; the rules themselves in <see cref="AuthorizationRuleValidator"/>.</summary>
internal static class AuthorizationPolicyValidator
{
    public static void Validate(AuthorizationPolicyResource policy, ValidationContext context)
    {
        TargetRules.Validate(policy, policy.Selector, policy.TargetRefs, context);
        ValidateAction(policy, context);
        ValidateDryRun(policy, context);
        for (var i = 0; i < policy.Rules.Length; i++)
            AuthorizationRuleValidator.Validate(policy, policy.Rules[i], $"spec.rules[{i}]", context);
        WarnWhatDoesNotApplyYet(policy, context);
    }

    private static void ValidateAction(AuthorizationPolicyResource policy, ValidationContext context)
    {
        var isCustom = policy.Action == AuthorizationAction.Custom;
        if (policy.Rules.IsEmpty && policy.Action is (AuthorizationAction.Deny or AuthorizationAction.Custom))
            context.Error(ProblemCodes.NoRules, "spec", "Without rules this policy matches nothing and does nothing; \"rules: [{}]\" matches everything.");
        if (isCustom && string.IsNullOrEmpty(policy.ProviderName))
            context.Error(ProblemCodes.Provider, "spec", "A CUSTOM policy names its provider.");
        if (!isCustom && policy.ProviderName is not null)
            context.Error(ProblemCodes.Provider, "spec.provider", "Only a CUSTOM policy has a provider.");
    }

    private static void ValidateDryRun(AuthorizationPolicyResource policy, ValidationContext context)
    {
        if (!policy.Metadata.Annotations.TryGetValue(AuthorizationPolicyReader.DryRunAnnotation, out var text)) return;
        var path = FieldPath.Field("metadata.annotations", AuthorizationPolicyReader.DryRunAnnotation);
        if (AuthorizationPolicyReader.ParseBoolean(text) is null)
            context.Error(ProblemCodes.InvalidDryRun, path, $"\"{ForeignText.Shown(text)}\" is neither \"true\" nor \"false\".");
        if (policy.Action is not (AuthorizationAction.Allow or AuthorizationAction.Deny))
            context.Error(ProblemCodes.InvalidDryRun, path, "Only ALLOW and DENY policies have a dry run.");
    }

    private static void WarnWhatDoesNotApplyYet(AuthorizationPolicyResource policy, ValidationContext context)
    {
        if (policy.Action == AuthorizationAction.Custom)
            context.Warn(ProblemCodes.CustomDenies, "spec.action", "No external authorizer is called yet: whatever the rules match is denied.");
        if (HttpFields.FirstIn(policy) is { } path)
            context.Warn(ProblemCodes.HttpFieldsTakeTcpForm, path, HttpFieldsMessage(policy.Action));
    }

    private static string HttpFieldsMessage(AuthorizationAction action) => action == AuthorizationAction.Allow
        ? "Takes its TCP form until HTTP handling exists: rules with HTTP fields are dropped and so allow nothing."
        : "Takes its TCP form until HTTP handling exists: HTTP fields are dropped, so the rule matches more than it says.";
}
