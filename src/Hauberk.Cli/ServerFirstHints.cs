using System.Collections.Immutable;
using Hauberk.Api.ConfigApi;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Explanation;

namespace Hauberk.Cli;

/// <summary>What sidecars found out about the applications behind them, for the ports where it makes a difference.</summary>
internal sealed class ServerFirstHints(ImmutableArray<SidecarStatus> sidecars)
{
    public static ServerFirstHints None { get; } = new([]);

    /// <summary>Null: nothing is known, or nobody waits for first bytes there.</summary>
    public ServerFirstPort? Of(EndpointExplanation endpoint) =>
        endpoint.ModeChain[^1].Mode != ServerMode.Permissive ? null
            : sidecars.FirstOrDefault(s => s.Workload == $"{endpoint.Server.Namespace}/{endpoint.Server.Name}")
                ?.ServerFirstPorts.FirstOrDefault(p => p.Port == endpoint.WorkloadPort);
}
