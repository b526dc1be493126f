using System.Collections.Immutable;
using System.Net;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;
using Hauberk.Sidecar.Configuration;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>A service as the control plane would describe it to a client.</summary>
internal sealed record TestDestination(IPEndPoint Called, params ImmutableArray<DestinationEndpoint> Endpoints)
{
    public string Host { get; init; } = "orders.shop.svc.cluster.local";

    /// <summary>YAML: DestinationRules.</summary>
    public string Rules { get; init; } = "";

    /// <summary>Null: those of the endpoints.</summary>
    public ImmutableArray<SpiffeId>? Identities { get; init; }

    public bool IsExternal { get; init; }

    /// <summary>The mesh knows the address, and its details are not there.</summary>
    public bool WithoutDetails { get; init; }

    public DestinationSnapshot? Build(Workload client) => WithoutDetails ? null : new()
    {
        Name = $"shop/{Host}",
        Host = Host,
        Namespace = "shop",
        Ports = [new DestinationPort(Called.Port, "", "auto")],
        Endpoints = [.. Endpoints.Select(e => e with { WorkloadPorts = ImmutableDictionary<int, int>.Empty.Add(Called.Port, TestSidecar.Port) })],
        IsExternal = IsExternal,
        Policy = DestinationPolicy.Of(
            CompiledClientPolicy.Compile(TestSidecar.Set(Rules), client), Host, "shop",
            [.. (Identities ?? [.. Endpoints.Select(e => e.Identity).OfType<SpiffeId>()]).Select(i => i.ToString())], [], [Called.Port]),
    };
}
