using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>One entry of "when" (specification 3.7).</summary>
public sealed record AuthorizationCondition
{
    public required string Key { get; init; }
    public ImmutableArray<string> Values { get; init; } = [];
    public ImmutableArray<string> NotValues { get; init; } = [];
}
