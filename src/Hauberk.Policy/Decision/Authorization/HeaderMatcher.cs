namespace Hauberk.Policy.Decision.Authorization;

/// <summary>request.headers[NAME].</summary>
internal sealed class HeaderMatcher(FieldDescription description, string name) : FieldMatcher(description)
{
    private readonly PatternSet patterns = new(description.Values);

    public override string? Seen(in RequestFacts facts) =>
        facts.Headers is { } headers && headers.TryGet(name, out var value) ? value.ToString() : null;

    protected override bool MatchesAny(in RequestFacts facts) =>
        facts.Headers is { } headers && headers.TryGet(name, out var value) && patterns.Matches(value);
}
