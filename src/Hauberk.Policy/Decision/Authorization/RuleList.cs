using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>The rules of one action in the order in which they count. The first that matches decides, however it was found.</summary>
internal sealed class RuleList(ImmutableArray<CompiledRule> rules)
{
    private readonly RuleIndex index = new(rules);

    public ImmutableArray<CompiledRule> Rules { get; } = rules;

    public CompiledRule? FirstMatch<TTrace>(in RequestFacts facts, ref TTrace trace) where TTrace : struct, IRuleTrace
    {
        if (Rules.IsEmpty) return null;
        if (!TTrace.IsRecording) return index.FirstMatch(facts) is var found and >= 0 ? Rules[found] : null;
        foreach (var rule in Rules)
            if (rule.Matches(facts, ref trace)) return rule;
        return null;
    }
}
