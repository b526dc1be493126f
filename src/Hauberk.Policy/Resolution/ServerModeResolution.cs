using System.Collections.Frozen;
using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>What a workload accepts, port by port: every PeerAuthentication that applies, resolved (specification 1.1 to 1.5).</summary>
public sealed class ServerModeResolution
{
    private readonly PeerAuthenticationResource? mesh;
    private readonly PeerAuthenticationResource? @namespace;
    private readonly PeerAuthenticationResource? workload;
    private readonly FrozenDictionary<int, ServerMode> ownModes;

    private ServerModeResolution(
        PeerAuthenticationResource? mesh, PeerAuthenticationResource? @namespace, PeerAuthenticationResource? workload)
    {
        (this.mesh, this.@namespace, this.workload) = (mesh, @namespace, workload);
        WorkloadMode = Apply(workload?.Mode, Apply(@namespace?.Mode, Apply(mesh?.Mode, ServerMode.Permissive)));
        ownModes = (workload?.PortLevelModes ?? ImmutableSortedDictionary<int, MutualTlsMode>.Empty)
            .Where(port => port.Value != MutualTlsMode.Unset)
            .ToFrozenDictionary(port => port.Key, port => Apply(port.Value, WorkloadMode));
    }

    /// <summary>Of every port that has no mode of its own.</summary>
    public ServerMode WorkloadMode { get; }

    /// <summary>By workload port.</summary>
    public IReadOnlyDictionary<int, ServerMode> PortModes => ownModes;

    public static ServerModeResolution Resolve(ResourceSet set, Workload workload)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(workload);
        var root = set.Mesh.RootNamespace;
        PeerAuthenticationResource? OldestIn(ModeScope scope) => set.OfKind<PeerAuthenticationResource>()
            .Where(policy => ScopeOf(policy, root, workload) == scope).Min(OldestFirst.Instance) as PeerAuthenticationResource;
        return new(OldestIn(ModeScope.Mesh), OldestIn(ModeScope.Namespace), OldestIn(ModeScope.Workload));
    }

    /// <summary>The scope in which a policy may speak for a workload; null: it does not apply.</summary>
    public static ModeScope? ScopeOf(PeerAuthenticationResource policy, string rootNamespace, Workload workload)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(workload);
        var hasSelector = policy.Selector is { IsEmpty: false };
        if (policy.Metadata.Namespace == rootNamespace)
            return hasSelector ? null : ModeScope.Mesh;
        if (policy.Metadata.Namespace != workload.Namespace)
            return null;
        if (!hasSelector)
            return ModeScope.Namespace;
        return policy.Selector!.Matches(workload.Labels) ? ModeScope.Workload : null;
    }

    public ServerMode ModeOf(int workloadPort) => ownModes.TryGetValue(workloadPort, out var mode) ? mode : WorkloadMode;

    /// <summary>How the mode of a port came about: default, mesh, namespace, workload, port.</summary>
    public ImmutableArray<ModeStep> Chain(int workloadPort)
    {
        var mode = ServerMode.Permissive;
        ModeStep Step(ModeScope scope, PeerAuthenticationResource? policy, MutualTlsMode? written)
        {
            mode = Apply(written, mode);
            return new ModeStep(scope, policy?.QualifiedName, written, mode);
        }
        MutualTlsMode? own = workload?.PortLevelModes is { } ports && ports.TryGetValue(workloadPort, out var value) ? value : null;
        return
        [
            Step(ModeScope.Default, null, null),
            Step(ModeScope.Mesh, mesh, mesh?.Mode),
            Step(ModeScope.Namespace, @namespace, @namespace?.Mode),
            Step(ModeScope.Workload, workload, workload?.Mode),
            Step(ModeScope.Port, own is null ? null : workload, own),
        ];
    }

    private static ServerMode Apply(MutualTlsMode? written, ServerMode inherited) => written switch
    {
        null or MutualTlsMode.Unset => inherited,
        MutualTlsMode.Disable => ServerMode.Disable,
        MutualTlsMode.Permissive => ServerMode.Permissive,
        MutualTlsMode.Strict => ServerMode.Strict,
        _ => throw new ArgumentOutOfRangeException(nameof(written)),
    };
}
