using Hauberk.Api.Flows;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;

namespace Hauberk.Cli.Output;

/// <summary>Why a flow went as it did, in words for people: the codes are for machines.</summary>
internal static class ReasonText
{
    /// <summary>What was decided and, where the connection did not simply run its course, how it ended.</summary>
    public static string Of(Flow flow)
    {
        var end = CloseText.Of(flow.CloseReason, flow.ClosedBy);
        if (!Enum.TryParse<DecisionReason>(flow.Reason, out var decided))
            return flow.Reason == flow.CloseReason || flow.Reason.Length == 0 ? end
                : end.Length == 0 ? CloseText.Words(flow.Reason) : $"{end}: {CloseText.Words(flow.Reason)}";
        var why = Of(decided, flow.Rule);
        return end.Length == 0 ? why : $"{why}; {end}";
    }

    /// <param name="rule">"namespace/name[index]"; empty for a default.</param>
    private static string Of(DecisionReason reason, string rule) => (reason, rule.Length > 0) switch
    {
        (DecisionReason.AllowRuleMatched, true) => $"allowed by {rule}",
        (DecisionReason.DenyRuleMatched, true) => $"denied by {rule}",
        (_, true) => $"{DecisionSentence.Of(reason)} ({rule})",
        _ => DecisionSentence.Of(reason),
    };
}
