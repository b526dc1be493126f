using Hauberk.Policy.Decision;
using Hauberk.Policy.Decision.Authorization;

namespace Hauberk.Policy.Explanation;

/// <summary>Notes every rule that was tried and, of one that failed, the field of the alternative that came furthest.</summary>
internal struct RecordingTrace : IRuleTrace
{
    private readonly Dictionary<RuleReference, RuleExplanation> tried;
    private FieldMiss? miss;
    private int missedAfter;

    private RecordingTrace(Dictionary<RuleReference, RuleExplanation> tried) => this.tried = tried;

    public static bool IsRecording => true;

    public static RecordingTrace Create() => new([]);

    public readonly RuleExplanation? Tried(RuleReference rule) => tried.GetValueOrDefault(rule);

    public void FieldFailed(FieldMatcher field, int passed, in RequestFacts facts)
    {
        if (miss is not null && passed <= missedAfter) return;
        var description = field.Description;
        (miss, missedAfter) = (new(description.Path, description.Values, description.IsNegated, field.Seen(facts)), passed);
    }

    public void PartMatched() => miss = null;

    public void RuleTried(CompiledRule rule, bool matched)
    {
        tried[rule.Reference] = matched
            ? new(rule.Reference, RuleOutcome.Matched, null)
            : new(rule.Reference, RuleOutcome.NotMatched, miss);
        miss = null;
    }
}
