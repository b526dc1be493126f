using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>(any From, or none given) and (any To, or none given) and (all When).</summary>
public sealed record AuthorizationRule
{
    public ImmutableArray<AuthorizationSource> From { get; init; } = [];

    public ImmutableArray<AuthorizationOperation> To { get; init; } = [];

    public ImmutableArray<AuthorizationCondition> When { get; init; } = [];
}
