namespace Hauberk.Policy.Decision;

/// <summary>The answer to "may this peer do this?": always with the rule or the default that gave it.</summary>
/// <param name="Rule">Null for a default.</param>
public readonly record struct AuthorizationDecision(Verdict Verdict, DecisionReason Reason, RuleReference? Rule)
{
    public bool IsAllowed => Verdict == Verdict.Allow;
}
