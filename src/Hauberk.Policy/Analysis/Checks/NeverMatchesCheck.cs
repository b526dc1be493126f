using Hauberk.Policy.Analysis.Rules;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Rules that no request can match.</summary>
internal static class NeverMatchesCheck
{
    public static void Run(AnalysisContext context)
    {
        var trustDomains = new TrustDomainSet(context.Mesh);
        var values = new FieldValues(trustDomains, context.Mesh.PathNormalization);
        foreach (var policy in context.Set.OfKind<AuthorizationPolicyResource>())
        {
            var satisfiability = new RuleSatisfiability(new FieldProbe(policy.Metadata.Namespace, trustDomains), values);
            for (var i = 0; i < policy.Rules.Length; i++)
                if ((satisfiability.WhyNever(policy.Rules[i], $"spec.rules[{i}]") ?? WhyNoToken(context, policy, i)) is { } found)
                    context.Warn(ProblemCodes.RuleNeverMatches, policy, found.Path, $"rule {i} never matches: {found.Why}.");
        }
    }

    // Claims exist only where something validates tokens.
    private static (string Path, string Why)? WhyNoToken(AnalysisContext context, AuthorizationPolicyResource policy, int index)
    {
        var rule = policy.Rules[index];
        var path = $"spec.rules[{index}]";
        var entries = rule.From.Select((source, i) => RuleField.Of(source, $"{path}.from[{i}].source").FirstOrDefault(NeedsToken)).ToList();
        var needs = RuleField.OfWhen(rule, path).FirstOrDefault(NeedsToken) ?? (entries.Count > 0 && !entries.Contains(null) ? entries[0] : null);
        return needs is null || IsValidatedSomewhere(context, policy) ? null : (needs.Path, "no RequestAuthentication validates tokens for these workloads");
    }

    private static bool NeedsToken(RuleField field) => field is { IsNegated: false, Dimension: FieldDimension.Token };

    private static bool IsValidatedSomewhere(AnalysisContext context, AuthorizationPolicyResource policy)
    {
        var root = context.Mesh.RootNamespace;
        return context.Set.OfKind<RequestAuthenticationResource>().Any(r => !r.JwtRules.IsEmpty
            && (r.Metadata.Namespace == root || policy.Metadata.Namespace == root || r.Metadata.Namespace == policy.Metadata.Namespace));
    }
}
