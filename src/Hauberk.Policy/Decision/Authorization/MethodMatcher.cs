namespace Hauberk.Policy.Decision.Authorization;

internal sealed class MethodMatcher(FieldDescription description) : FieldMatcher(description)
{
    private readonly PatternSet patterns = new(description.Values);

    public override string? Seen(in RequestFacts facts) => facts.Method.ToString();

    protected override bool MatchesAny(in RequestFacts facts) => patterns.Matches(facts.Method);
}
