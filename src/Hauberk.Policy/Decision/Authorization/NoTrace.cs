namespace Hauberk.Policy.Decision.Authorization;

internal readonly struct NoTrace : IRuleTrace
{
    public static bool IsRecording => false;

    public void FieldFailed(FieldMatcher field, int passed, in RequestFacts facts) { }

    public void PartMatched() { }

    public void RuleTried(CompiledRule rule, bool matched) { }
}
