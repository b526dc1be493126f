namespace Hauberk.Policy.Decision;

/// <summary>What the dry-run policies of one action would have decided (specification 3.11). Never enforced.</summary>
/// <param name="Rule">Null where no dry-run rule matched.</param>
public readonly record struct ShadowVerdict(Verdict Verdict, RuleReference? Rule);
