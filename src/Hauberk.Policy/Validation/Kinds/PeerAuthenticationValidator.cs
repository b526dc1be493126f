using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

/// <summary>Specification 1.6.</summary>
internal static class PeerAuthenticationValidator
{
    public static void Validate(PeerAuthenticationResource resource, ValidationContext context)
    {
        LabelRules.ValidateSelector(resource.Selector, "spec.selector.matchLabels", context);
        if (resource.PortLevelModes is not { } ports) return;
        if (ports.IsEmpty)
            context.Error(ProblemCodes.PortModesEmpty, "spec.portLevelMtls", "portLevelMtls without a port says nothing.");
        else if (resource.Selector is not { IsEmpty: false })
            context.Error(ProblemCodes.PortModesWithoutSelector, "spec.portLevelMtls", "Modes of ports need a selector: only a policy for workloads may have them.");
        foreach (var port in ports.Keys) context.Check(ProblemCodes.InvalidPort, $"spec.portLevelMtls.{port}", PortRules.Check(port));
    }
}
