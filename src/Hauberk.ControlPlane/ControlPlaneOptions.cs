using System.Net;
using Hauberk.ControlPlane.ConfigApi;
using Hauberk.Identity;

namespace Hauberk.ControlPlane;

/// <summary>How a control plane is started.</summary>
public sealed record ControlPlaneOptions
{
    /// <summary>Everything that is kept: the store, the authority, the journal, the admin's kubeconfig.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Host names and IP addresses under which sidecars and operators call; the first goes into the files they are given.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    public TrustDomain TrustDomain { get; init; } = TrustDomain.Parse("cluster.local");

    /// <summary>An authority in Istio's "cacerts" form; null: one made in the state directory.</summary>
    public string? AuthorityFolder { get; init; }

    public IPAddress Listen { get; init; } = IPAddress.Any;

    /// <summary>gRPC for sidecars. 0: any free port, as for the others.</summary>
    public int MeshPort { get; init; } = 15012;

    public int ConfigApiPort { get; init; } = 16443;

    public int MetricsPort { get; init; } = 15014;

    /// <summary>Where virtual addresses of Services are allocated.</summary>
    public IPNetwork ServiceNetwork { get; init; } = IPNetwork.Parse("10.255.0.0/16");

    public WatchLimits WatchLimits { get; init; } = WatchLimits.Default;
}
