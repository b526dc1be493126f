using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>Mesh-wide settings: cluster-scoped, one, named "default". Defaults are those of the specification.</summary>
public sealed record MeshConfigResource : Resource
{
    public string TrustDomain { get; init; } = "cluster.local";
    public ImmutableArray<string> TrustDomainAliases { get; init; } = [];
    public ImmutableArray<MeshCaCertificate> CaCertificates { get; init; } = [];
    public string RootNamespace { get; init; } = "istio-system";
    public bool EnableAutoMtls { get; init; } = true;
    public PathNormalization PathNormalization { get; init; } = PathNormalization.Base;

    /// <summary>"TLSV1_2" or "TLSV1_3"; sidecars speak 1.3 among themselves whatever it says.</summary>
    public string MinProtocolVersion { get; init; } = "TLSV1_2";

    /// <summary>How long inbound detection waits for first bytes before it dials the application. Null: our default (specification 6.5, section 11).</summary>
    public TimeSpan? ProtocolDetectionTimeout { get; init; }
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>defaultAuthorization: Deny. A mesh that denies until something allows.</summary>
    public bool DeniesByDefault { get; init; }

    /// <summary>Names of the external authorizers that CUSTOM policies may name.</summary>
    public ImmutableArray<string> ExtensionProviders { get; init; } = [];

    /// <summary>Host suffix of Services ("name.namespace.svc.SUFFIX").</summary>
    public string DnsSuffix { get; init; } = "cluster.local";
}
