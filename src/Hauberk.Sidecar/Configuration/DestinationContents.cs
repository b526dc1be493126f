using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using Hauberk.Api.Distribution;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Sidecar.Configuration;

/// <summary>A Destination that was read, before it is compiled with the mesh's settings.</summary>
internal sealed record DestinationContents
{
    private const int MaxPorts = 1024;
    private const int MaxEndpoints = 16 * 1024;
    private const int MaxIdentities = 16 * 1024;

    public required string Name { get; init; }
    public required string Host { get; init; }
    public required string Namespace { get; init; }
    public required ImmutableArray<DestinationPort> Ports { get; init; }
    public required ImmutableArray<DestinationEndpoint> Endpoints { get; init; }
    public required ImmutableArray<string> ExtraIdentities { get; init; }
    public required bool IsExternal { get; init; }
    public required ReadPolicies Policies { get; init; }

    public static bool TryRead(
        string name, Destination message, [NotNullWhen(true)] out DestinationContents? contents, [NotNullWhen(false)] out string? problem)
    {
        contents = null;
        problem = Check(message);
        var endpoints = ImmutableArray.CreateBuilder<DestinationEndpoint>(message.Endpoints.Count);
        foreach (var endpoint in message.Endpoints)
        {
            // An endpoint that is a DNS name is reached by the address that the application itself resolved.
            if (problem is not null || (message.External && !IPAddress.TryParse(endpoint.Address, out _)))
                continue;
            if (TryRead(endpoint, out var read, out problem))
                endpoints.Add(read);
        }
        if (problem is not null)
            return false;
        contents = new DestinationContents
        {
            Name = name,
            Host = message.Host,
            Namespace = message.Namespace,
            Ports = [.. message.Ports.Select(static p => new DestinationPort((int)p.Number, p.Name, p.Protocol))],
            Endpoints = endpoints.ToImmutable(),
            ExtraIdentities = [.. message.ExtraIdentities],
            IsExternal = message.External,
            Policies = PolicyReader.Read(message.Policies),
        };
        return true;
    }

    /// <summary>With the mesh's settings, as <paramref name="client"/> sees it.</summary>
    public DestinationSnapshot Compile(MeshContents mesh, Policy.Resources.Workload client)
    {
        var policy = CompiledClientPolicy.Compile(
            new ResourceSet(Policies.Resources, mesh.Mesh), client, Policies.Unsupported.AddRange(mesh.Unsupported));
        var identities = Endpoints.Select(static e => e.Identity?.ToString()).OfType<string>().Distinct().ToArray();
        // Only a rule can make the naming of one port differ from that of another.
        var ports = Policies.Resources.IsEmpty ? [] : Ports.Select(static p => p.Number);
        return new DestinationSnapshot
        {
            Name = Name,
            Host = Host,
            Namespace = Namespace,
            Ports = Ports,
            Endpoints = Endpoints,
            IsExternal = IsExternal,
            Policy = DestinationPolicy.Of(policy, Host, Namespace, identities, ExtraIdentities, ports),
        };
    }

    private static string? Check(Destination message) =>
        message.Host.Length == 0 ? "there is no host"
        : message.Ports.Count > MaxPorts ? $"{message.Ports.Count} ports are more than {MaxPorts}"
        : message.Endpoints.Count > MaxEndpoints ? $"{message.Endpoints.Count} endpoints are more than {MaxEndpoints}"
        : message.ExtraIdentities.Count > MaxIdentities ? $"{message.ExtraIdentities.Count} identities are more than {MaxIdentities}"
        : message.Ports.FirstOrDefault(static p => !IsPort(p.Number)) is { } port ? $"{port.Number} is not a port"
        : null;

    private static bool TryRead(
        Endpoint message, [NotNullWhen(true)] out DestinationEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        endpoint = null;
        SpiffeId? identity = null;
        IdentityProblem? identityProblem = null;
        problem = !IPAddress.TryParse(message.Address, out var address) ? $"{IdentityProblem.Show(message.Address)} is not an address"
            : message.Identity.Length > 0 && !SpiffeId.TryParse(message.Identity, out identity, out identityProblem) ? identityProblem.Message
            : !message.WorkloadPorts.All(static p => IsPort(p.Key) && IsPort(p.Value)) ? "workload_ports has something that is not a port"
            : message.TunnelPort > 0 && !IsPort(message.TunnelPort) ? $"{message.TunnelPort} is not a port"
            : null;
        if (problem is not null || !TryReadModes(message, out var modes, out var defaultMode, out problem))
            return false;
        endpoint = new DestinationEndpoint
        {
            Namespace = message.Namespace,
            Workload = message.Workload,
            Address = address!,
            Identity = identity,
            HasSidecar = message.TlsMode == "istio",
            TunnelPort = message.TunnelPort == 0 ? null : (int)message.TunnelPort,
            Labels = message.Labels.ToImmutableDictionary(StringComparer.Ordinal),
            WorkloadPorts = message.WorkloadPorts.ToImmutableDictionary(static p => (int)p.Key, static p => (int)p.Value),
            ServerModes = modes,
            DefaultServerMode = defaultMode,
        };
        return true;
    }

    private static bool TryReadModes(
        Endpoint message, out ImmutableDictionary<int, ServerMode> modes, out ServerMode defaultMode, [NotNullWhen(false)] out string? problem)
    {
        var byPort = ImmutableDictionary.CreateBuilder<int, ServerMode>();
        problem = TryReadMode(message.DefaultServerMode, out defaultMode) ? null : "default_server_mode is not a mode";
        foreach (var (port, text) in message.ServerModes)
        {
            if (!TryReadMode(text, out var mode))
                problem ??= $"{IdentityProblem.Show(text)} is not a server mode";
            byPort[(int)port] = mode;
        }
        modes = byPort.ToImmutable();
        return problem is null;
    }

    private static bool TryReadMode(string text, out ServerMode mode)
    {
        (var isMode, mode) = text switch
        {
            "STRICT" => (true, ServerMode.Strict),
            "PERMISSIVE" => (true, ServerMode.Permissive),
            "DISABLE" => (true, ServerMode.Disable),
            _ => (false, default),
        };
        return isMode;
    }

    private static bool IsPort(uint number) => number is > 0 and <= 65535;
}
