using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record AuthorizationPolicyResource : Resource
{
    public LabelSelector? Selector { get; init; }

    /// <summary>"Kind/name" of each target; a policy with targets is not for ordinary sidecars (specification 3.1).</summary>
    public ImmutableArray<string> TargetRefs { get; init; } = [];

    public AuthorizationAction Action { get; init; }

    /// <summary>Empty: matches nothing. An element with no parts ("{}") matches everything (specification 3.3).</summary>
    public ImmutableArray<AuthorizationRule> Rules { get; init; } = [];

    /// <summary>For CUSTOM.</summary>
    public string? ProviderName { get; init; }

    /// <summary>Annotation istio.io/dry-run (specification 3.11).</summary>
    public bool IsDryRun { get; init; }
}
