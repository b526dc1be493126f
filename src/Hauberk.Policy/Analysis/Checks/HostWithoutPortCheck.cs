using Hauberk.Policy.Analysis.Rules;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 3.6: hosts are compared with the port that the client sent.</summary>
internal static class HostWithoutPortCheck
{
    public static void Run(AnalysisContext context)
    {
        foreach (var policy in context.Set.OfKind<AuthorizationPolicyResource>())
            foreach (var field in RuleField.AllOf(policy).Where(f => f.Key == "hosts"))
                for (var i = 0; i < field.Values.Length; i++)
                    if (NeedsPort(field.Values[i]) && !IsCoveredWithPort(field, field.Values[i]))
                        context.Warn(ProblemCodes.HostWithoutPort, policy, $"{field.Path}[{i}]",
                            $"\"{ForeignText.Shown(field.Values[i])}\" does not match a client that sends \"{ForeignText.Shown(field.Values[i])}:8080\"; add a value for the port.");
    }

    // A prefix or "*" goes on past the port by itself.
    private static bool NeedsPort(string host) =>
        ValuePattern.Parse(host).Kind is PatternKind.Exact or PatternKind.Suffix && !host.Contains(':', StringComparison.Ordinal);

    private static bool IsCoveredWithPort(RuleField field, string host)
    {
        var name = host.TrimStart('*');
        return field.Values.Any(other => ValuePattern.Parse(other) is var pattern && pattern.Kind switch
        {
            PatternKind.Presence => true,
            PatternKind.Prefix => $"{name}:".StartsWith(pattern.Text, StringComparison.OrdinalIgnoreCase),
            _ => other.TrimStart('*').StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase),
        });
    }
}
