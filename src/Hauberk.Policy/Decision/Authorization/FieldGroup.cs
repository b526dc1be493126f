using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>Fields that must all match: one "from" entry, one "to" entry, or all of "when".</summary>
internal sealed class FieldGroup(ImmutableArray<FieldMatcher> fields)
{
    public ImmutableArray<FieldMatcher> Fields { get; } = fields;

    public bool Matches<TTrace>(in RequestFacts facts, ref TTrace trace) where TTrace : struct, IRuleTrace
    {
        for (var i = 0; i < Fields.Length; i++)
        {
            if (Fields[i].Matches(facts)) continue;
            if (TTrace.IsRecording) trace.FieldFailed(Fields[i], i, facts);
            return false;
        }
        return true;
    }
}
