using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>One entry of meshConfig.caCertificates: roots that vouch for peers beside the mesh's own.</summary>
public sealed record MeshCaCertificate
{
    public string? Pem { get; init; }
    public string? SpiffeBundleUrl { get; init; }

    /// <summary>Empty: the mesh's own trust domain and its aliases (specification 9.7).</summary>
    public ImmutableArray<string> TrustDomains { get; init; } = [];
}
