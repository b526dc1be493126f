using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record RequestAuthenticationResource : Resource
{
    public LabelSelector? Selector { get; init; }

    public ImmutableArray<string> TargetRefs { get; init; } = [];

    public ImmutableArray<JwtRule> JwtRules { get; init; } = [];
}
