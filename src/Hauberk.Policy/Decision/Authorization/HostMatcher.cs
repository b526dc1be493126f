using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>hosts: without case, with the port if the client sent it.</summary>
internal sealed class HostMatcher(FieldDescription description) : FieldMatcher(description)
{
    private readonly PatternSet patterns = new(description.Values, ignoreCase: true);

    public override IndexKind IndexKind => patterns.AllExact ? IndexKind.Host : IndexKind.None;

    public override ImmutableArray<string> IndexKeys => patterns.Texts;

    public override string? Seen(in RequestFacts facts) => facts.Host.ToString();

    protected override bool MatchesAny(in RequestFacts facts) => patterns.Matches(facts.Host);
}
