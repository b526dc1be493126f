using System.Collections.Immutable;
using Hauberk.Api.ConfigApi;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;
using Hauberk.Policy.Resources;

namespace Hauberk.Cli;

/// <summary>What is known of the sidecars of a running mesh beside its configuration.</summary>
internal sealed class SidecarHints(ImmutableArray<SidecarStatus> sidecars)
{
    public static SidecarHints None { get; } = new([]);

    /// <summary>It should have a sidecar, and none of it is connected.</summary>
    public bool IsAbsent(Workload workload) => Find(workload) is { IsConnected: false };

    /// <summary>Null: nothing is known, or nobody waits for first bytes there.</summary>
    public ServerFirstPort? Of(EndpointExplanation endpoint) =>
        endpoint.ModeChain[^1].Mode != ServerMode.Permissive ? null
            : Find(endpoint.Server)?.ServerFirstPorts.FirstOrDefault(p => p.Port == endpoint.WorkloadPort);

    private SidecarStatus? Find(Workload workload) => sidecars.FirstOrDefault(s => s.Workload == $"{workload.Namespace}/{workload.Name}");
}
