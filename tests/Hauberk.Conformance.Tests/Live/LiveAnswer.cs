using Hauberk.Policy.Testing;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>What a live sidecar did, in the words of the question; or why it was not asked.</summary>
/// <param name="IsRuleKnown">The answer's rule is the one that the sidecar recorded, to be compared with the engine's.</param>
internal sealed record LiveAnswer(Answer? Answer, WhyNotPut? WhyNot, bool IsRuleKnown = false)
{
    public static LiveAnswer Of(string text, string reason) => new(Answer.Of(text, reason), null);

    public static LiveAnswer NotPut(WhyNotPut why) => new(null, why);
}
