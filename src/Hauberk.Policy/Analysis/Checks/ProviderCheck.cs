using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 3.12: CUSTOM policies whose provider cannot be asked deny what they match.</summary>
internal static class ProviderCheck
{
    public static void Run(AnalysisContext context)
    {
        foreach (var policy in context.Set.OfKind<AuthorizationPolicyResource>().Where(IsCustom))
            if (!context.Mesh.ExtensionProviders.Contains(policy.ProviderName ?? ""))
                context.Warn(ProblemCodes.ProviderUnknown, policy, "spec.provider.name",
                    $"the mesh has no extension provider \"{ForeignText.Shown(policy.ProviderName ?? "")}\", so whatever the rules match is denied.");
        foreach (var known in context.Workloads) CheckOneProvider(context, known);
    }

    private static void CheckOneProvider(AnalysisContext context, KnownWorkload known)
    {
        var policies = context.PoliciesOf(known).Where(IsCustom).ToList();
        if (policies.Select(p => p.ProviderName).Distinct().Count() < 2) return;
        foreach (var policy in policies)
            context.Warn(ProblemCodes.ProviderUnknown, policy, "spec.provider.name",
                $"workload {known.Name} has policies of several providers, so whatever their rules match is denied.");
    }

    private static bool IsCustom(AuthorizationPolicyResource policy) => policy.Action == AuthorizationAction.Custom;
}
