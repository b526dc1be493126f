using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;

namespace Hauberk.Cli.Output;

/// <summary>Decision reasons, stable codes in machine output, as words for people.</summary>
internal static class ReasonText
{
    /// <param name="rule">"namespace/name[index]"; empty for a default.</param>
    public static string Of(string reason, string rule)
    {
        if (!Enum.TryParse<DecisionReason>(reason, out var known)) return rule.Length > 0 ? $"{reason} {rule}" : reason;
        return (known, rule.Length > 0) switch
        {
            (DecisionReason.None, _) => rule,
            (DecisionReason.AllowRuleMatched, true) => $"allowed by {rule}",
            (DecisionReason.DenyRuleMatched, true) => $"denied by {rule}",
            (_, true) => $"{DecisionSentence.Of(known)} ({rule})",
            _ => DecisionSentence.Of(known),
        };
    }
}
