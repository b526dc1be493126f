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
        var isDecided = Enum.TryParse<DecisionReason>(flow.Reason, out var decided);
        string[] end = [CloseText.Of(flow.CloseReason, flow.ClosedBy), CauseOf(flow, isDecided)];
        var how = string.Join(": ", end.Where(part => part.Length > 0));
        if (!isDecided) return how;
        var why = Of(decided, flow.Rule);
        return how.Length == 0 ? why : $"{why}; {how}";
    }

    /// <summary>What the words for how it ended leave open; empty: nothing.</summary>
    private static string CauseOf(Flow flow, bool isDecided)
    {
        // The reason is the certificate's fault.
        if (!isDecided && flow.Reason != flow.CloseReason)
            return flow.Problem.Length > 0 ? flow.Problem : CloseText.Words(flow.Reason);
        return flow.CloseReason is "HandshakeFailed" or "RejectedByServer" or "TlsError" or "ConnectFailed" ? flow.Problem : "";
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
