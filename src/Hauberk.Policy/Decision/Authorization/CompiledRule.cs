using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>(any From, or none given) and (any To, or none given) and When.</summary>
internal sealed class CompiledRule(
    RuleReference reference, string? provider, ImmutableArray<FieldGroup> from, ImmutableArray<FieldGroup> to, FieldGroup when)
{
    public RuleReference Reference { get; } = reference;

    /// <summary>Of a CUSTOM policy; else null.</summary>
    public string? Provider { get; } = provider;

    public ImmutableArray<FieldGroup> From { get; } = from;

    public ImmutableArray<FieldGroup> To { get; } = to;

    public FieldGroup When { get; } = when;

    public bool Matches<TTrace>(in RequestFacts facts, ref TTrace trace) where TTrace : struct, IRuleTrace
    {
        var matched = AnyMatches(From, facts, ref trace) && AnyMatches(To, facts, ref trace) && When.Matches(facts, ref trace);
        if (TTrace.IsRecording) trace.RuleTried(this, matched);
        return matched;
    }

    private static bool AnyMatches<TTrace>(ImmutableArray<FieldGroup> groups, in RequestFacts facts, ref TTrace trace)
        where TTrace : struct, IRuleTrace
    {
        if (groups.IsEmpty) return true;
        foreach (var group in groups)
        {
            if (!group.Matches(facts, ref trace)) continue;
            if (TTrace.IsRecording) trace.PartMatched();
            return true;
        }
        return false;
    }
}
