using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

/// <summary>Selector, targetRef and targetRefs: at most one of them (specification 3.1).</summary>
internal static class TargetRules
{
    public static void Validate(Resource resource, LabelSelector? selector, ImmutableArray<string> targets, ValidationContext context)
    {
        LabelRules.ValidateSelector(selector, "spec.selector.matchLabels", context);
        if (targets.IsEmpty) return;
        if (selector is { IsEmpty: false })
            context.Error(ProblemCodes.SelectorAndTargets, "spec.selector", "A policy has a selector or targets, not both.");
        if (context.IsGiven("spec.targetRef") && context.IsGiven("spec.targetRefs"))
            context.Error(ProblemCodes.SelectorAndTargets, "spec.targetRef", "A policy has targetRef or targetRefs, not both.");
        context.Warn(ProblemCodes.TargetsNoSidecar, context.IsGiven("spec.targetRefs") ? "spec.targetRefs" : "spec.targetRef",
            $"A {resource.Kind} with targets is meant for gateways and waypoints; no sidecar obeys it.");
    }
}
