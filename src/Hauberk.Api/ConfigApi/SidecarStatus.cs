using System.Collections.Immutable;

namespace Hauberk.Api.ConfigApi;

/// <summary>One sidecar as the control plane sees it.</summary>
/// <param name="Identity">SPIFFE ID; empty where it never connected.</param>
/// <param name="Acknowledged">Short name of a resource type to whether the sidecar has the newest state of it.</param>
/// <param name="Problems">What needs an operator's eye, a sentence each.</param>
/// <param name="TunnelPort">Where it last said that it takes tunnels; null: it takes none, or never came.</param>
/// <param name="ServerFirstPorts">Ports where it found that the application speaks first.</param>
public sealed record SidecarStatus(
    string Namespace,
    string Name,
    bool IsConnected,
    string Identity,
    string Address,
    string Version,
    DateTimeOffset? ConnectedSince,
    DateTimeOffset? CertificateNotAfter,
    ImmutableSortedDictionary<string, bool> Acknowledged,
    ImmutableArray<string> Problems,
    int? TunnelPort,
    ImmutableArray<ServerFirstPort> ServerFirstPorts)
{
    /// <summary>"namespace/name" of its WorkloadEntry.</summary>
    public string Workload => $"{Namespace}/{Name}";
}
