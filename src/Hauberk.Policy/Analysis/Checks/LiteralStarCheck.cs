using Hauberk.Policy.Analysis.Rules;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 3.4: only one star, first or last, stands for anything.</summary>
internal static class LiteralStarCheck
{
    public static void Run(AnalysisContext context)
    {
        foreach (var policy in context.Set.OfKind<AuthorizationPolicyResource>())
            foreach (var field in RuleField.AllOf(policy).Where(f => f.TakesPatterns))
                for (var i = 0; i < field.Values.Length; i++)
                    if (HasLiteralStar(field.Values[i]))
                        context.Warn(ProblemCodes.LiteralStar, policy, $"{field.Path}[{i}]",
                            $"in \"{ForeignText.Shown(field.Values[i])}\" only {Meaning(field.Values[i])}.");
    }

    private static bool HasLiteralStar(string value) =>
        !PathTemplate.IsTemplate(value) && ValuePattern.Parse(value).Text.Contains('*', StringComparison.Ordinal);

    private static string Meaning(string value) => ValuePattern.Parse(value).Kind switch
    {
        PatternKind.Suffix => "the first star stands for anything; the others are the character \"*\"",
        PatternKind.Prefix => "the last star stands for anything; the others are the character \"*\"",
        _ => "the character \"*\" itself is meant, as it stands neither first nor last",
    };
}
