using Hauberk.Policy.Decision;

namespace Hauberk.Policy.Explanation;

/// <param name="Miss">For a rule that did not match.</param>
public sealed record RuleExplanation(RuleReference Rule, RuleOutcome Outcome, FieldMiss? Miss);
