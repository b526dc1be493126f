using System.Collections.Immutable;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>One field of a rule, compiled. A "not" field matches where none of its values does, an absent value included.</summary>
internal abstract class FieldMatcher(FieldDescription description)
{
    public FieldDescription Description { get; } = description;

    /// <summary>What the rule can be found by where this field must match; None: it has to be tried.</summary>
    public virtual IndexKind IndexKind => IndexKind.None;

    /// <summary>For every value that can match, a key under which the facts look.</summary>
    public virtual ImmutableArray<string> IndexKeys => [];

    public bool Matches(in RequestFacts facts) => MatchesAny(facts) != Description.IsNegated;

    /// <summary>The value that the field was compared with, for people; null: absent.</summary>
    public abstract string? Seen(in RequestFacts facts);

    protected abstract bool MatchesAny(in RequestFacts facts);
}
