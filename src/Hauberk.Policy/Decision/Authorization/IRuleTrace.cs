namespace Hauberk.Policy.Decision.Authorization;

/// <summary>Listens to the one evaluation there is. A struct type argument, so that the silent one costs nothing.</summary>
internal interface IRuleTrace
{
    /// <summary>True: every rule is tried in order, so that each can be told of. False: rules are found through the index.</summary>
    static abstract bool IsRecording { get; }

    /// <param name="passed">How many fields of the group matched before this one failed.</param>
    void FieldFailed(FieldMatcher field, int passed, in RequestFacts facts);

    /// <summary>One "from" or "to" entry matched: what failed beside it no longer matters.</summary>
    void PartMatched();

    /// <summary>After the fields of a rule.</summary>
    void RuleTried(CompiledRule rule, bool matched);
}
