using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record PeerAuthenticationResource : Resource
{
    public LabelSelector? Selector { get; init; }

    /// <summary>Null where the policy has no mtls block: the same effect as UNSET.</summary>
    public MutualTlsMode? Mode { get; init; }

    /// <summary>By workload port. Null: no portLevelMtls. An entry of Unset stands for null, {} and UNSET alike.</summary>
    public ImmutableSortedDictionary<int, MutualTlsMode>? PortLevelModes { get; init; }
}
