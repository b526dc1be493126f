namespace Hauberk.Policy.Decision;

/// <summary>The answer to "may this peer do this?": always with the rule or the default that gave it.</summary>
/// <param name="Rule">Null for a default.</param>
public readonly record struct AuthorizationDecision(Verdict Verdict, DecisionReason Reason, RuleReference? Rule)
{
    public bool IsAllowed => Verdict == Verdict.Allow;

    /// <summary>Of the dry-run ALLOW policies; null where the workload has none.</summary>
    public ShadowVerdict? ShadowAllow { get; init; }

    /// <summary>Of the dry-run DENY policies; null where the workload has none.</summary>
    public ShadowVerdict? ShadowDeny { get; init; }

    /// <summary>The first AUDIT rule that matched; never changes the verdict.</summary>
    public RuleReference? AuditedBy { get; init; }
}
