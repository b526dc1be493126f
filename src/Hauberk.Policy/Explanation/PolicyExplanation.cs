using System.Collections.Immutable;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Explanation;

/// <summary>What one AuthorizationPolicy had to do with a decision.</summary>
/// <param name="Policy">"namespace/name".</param>
/// <param name="Why">For NotSelected and Unsupported: one sentence.</param>
public sealed record PolicyExplanation(
    string Policy, AuthorizationAction Action, bool IsDryRun, PolicyOutcome Outcome, string? Why, ImmutableArray<RuleExplanation> Rules);
