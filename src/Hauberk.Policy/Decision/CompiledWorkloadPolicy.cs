using System.Collections.Immutable;
using Hauberk.Identity;
using Hauberk.Policy.Decision.Authorization;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Decision;

/// <summary>
/// Everything that decides what enters one workload: server modes, protocols, authorization, accepted trust domains. Compiled once from a
/// mesh or from the workload's slice of it, immutable, safe to share between threads; deciding allocates nothing.
/// </summary>
public sealed class CompiledWorkloadPolicy
{
    private readonly ServerModeResolution modes;
    private readonly DeclaredPorts ports;
    private readonly TrustDomainSet trustDomains;
    private readonly CompiledAuthorization tcp;
    private readonly CompiledAuthorization http;
    private readonly UnsupportedResource? unsupported;

    private CompiledWorkloadPolicy(ResourceSet set, Workload workload, ImmutableArray<UnsupportedResource> unsupported)
    {
        modes = ServerModeResolution.Resolve(set, workload);
        ports = DeclaredPorts.Of(set, workload);
        trustDomains = new TrustDomainSet(set.Mesh);
        Selected = Select(set, workload);
        var problems = new List<UnsupportedResource>(unsupported.IsDefault ? [] : unsupported);
        http = new CompiledAuthorization(Selected, set.Mesh, RuleForm.Http, problems);
        tcp = new CompiledAuthorization(Selected, set.Mesh, RuleForm.Tcp, problems);
        Unsupported = [.. problems.DistinctBy(p => p.Reference)];
        this.unsupported = Unsupported.IsEmpty ? null : Unsupported[0];
    }

    /// <summary>Resources that govern the workload and cannot be enforced. While there is one, nothing enters.</summary>
    public ImmutableArray<UnsupportedResource> Unsupported { get; }

    /// <summary>Of every port without a mode of its own.</summary>
    public ServerMode WorkloadMode => modes.WorkloadMode;

    internal ServerModeResolution Modes => modes;

    /// <summary>The policies that select the workload, in the order in which they are asked.</summary>
    internal ImmutableArray<AuthorizationPolicyResource> Selected { get; }

    /// <param name="unsupported">Resources of the workload's slice that need an unknown feature or could not be read.</param>
    public static CompiledWorkloadPolicy Compile(
        ResourceSet set, Workload workload, ImmutableArray<UnsupportedResource> unsupported = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(workload);
        return new(set, workload, unsupported);
    }

    public ServerMode ModeOf(int workloadPort) => modes.ModeOf(workloadPort);

    public DeclaredProtocol ProtocolOf(int workloadPort) => ports.ProtocolOf(workloadPort);

    /// <summary>What decides the protocol of the port; null: nothing leads to it.</summary>
    public PortDeclaration? DeclarationOf(int workloadPort) => ports.Of(workloadPort);

    /// <summary>What to do with the first bytes of a connection, by the matrix of specification 6.6.</summary>
    /// <param name="httpHandlingAvailable">False: a port that would be read as HTTP is handled as opaque bytes.</param>
    public InboundHandling HandleInbound(int workloadPort, WireForm wire, bool httpHandlingAvailable)
    {
        var mode = ModeOf(workloadPort);
        var protocol = ProtocolOf(workloadPort);
        if (unsupported is not null) return new(InboundAction.Refuse, false, mode, DecisionReason.UnknownFeature);
        var (action, reason) = (mode, wire) switch
        {
            (_, WireForm.Tunnel) => (InboundAction.TerminateMutualTls, DecisionReason.AuthenticatedTunnel),
            (ServerMode.Disable, _) => (InboundAction.PassThrough, DecisionReason.ModeDisable),
            (ServerMode.Strict, WireForm.Plaintext) => (InboundAction.Refuse, DecisionReason.PlaintextUnderStrict),
            (ServerMode.Strict, _) => (InboundAction.TerminateMutualTls, DecisionReason.ModeStrict),
            (_, WireForm.MeshTls) => (InboundAction.TerminateMutualTls, DecisionReason.ModePermissive),
            (_, WireForm.OtherTls) when protocol.IsHttp() => (InboundAction.Refuse, DecisionReason.ForeignTlsOnHttpPort),
            _ => (InboundAction.PassThrough, DecisionReason.ModePermissive),
        };
        // TLS that is passed through hides what it carries.
        var isOpaque = !httpHandlingAvailable || action == InboundAction.Refuse
            || (action == InboundAction.PassThrough && wire != WireForm.Plaintext && !protocol.IsHttp());
        return new(action, protocol.IsHttp() && !isOpaque, mode, reason)
        {
            DetectsHttp = protocol == DeclaredProtocol.Auto && !isOpaque,
        };
    }

    /// <summary>Whether a connection may enter: the rules in their TCP form (specification 3.8).</summary>
    public AuthorizationDecision Authorize(in ConnectionFacts facts)
    {
        var trace = default(NoTrace);
        return Decide(tcp, new RequestFacts { Connection = facts }, ref trace, null);
    }

    /// <summary>Whether a request may enter, on a port that is handled as HTTP.</summary>
    public AuthorizationDecision Authorize(in RequestFacts facts)
    {
        var trace = default(NoTrace);
        return Decide(http, facts, ref trace, null);
    }

    /// <summary>Whether a client that proved this identity belongs to a trust domain that may come in (specification 5.1).</summary>
    public IdentityDecision AcceptClient(SpiffeId client) => trustDomains.Accepts(client)
        ? new(true, DecisionReason.PeerTrustDomainKnown)
        : new(false, DecisionReason.PeerTrustDomainUnknown);

    /// <summary>The same decision with somebody listening, and with answers of external authorizers.</summary>
    internal AuthorizationDecision Authorize<TTrace>(
        in RequestFacts facts, RuleForm form, ref TTrace trace, IExternalAuthorizers? external) where TTrace : struct, IRuleTrace =>
        Decide(form == RuleForm.Http ? http : tcp, facts, ref trace, external);

    internal IEnumerable<RuleReference> RulesIn(RuleForm form) => (form == RuleForm.Http ? http : tcp).Rules;

    private AuthorizationDecision Decide<TTrace>(
        CompiledAuthorization form, in RequestFacts facts, ref TTrace trace, IExternalAuthorizers? external)
        where TTrace : struct, IRuleTrace =>
        unsupported is not null
            ? new(Verdict.Deny, DecisionReason.UnknownFeature, unsupported.Reference)
            : form.Decide(facts, ref trace, external);

    // Root namespace first, then the workload's; the oldest first in each (specification 3.1).
    private static ImmutableArray<AuthorizationPolicyResource> Select(ResourceSet set, Workload workload) =>
        [.. set.OfKind<AuthorizationPolicyResource>()
            .Where(p => WorkloadSelection.WhyNotSelected(p, set.Mesh.RootNamespace, workload) is null)
            .OrderBy(p => p.Metadata.Namespace == set.Mesh.RootNamespace ? 0 : 1).ThenBy(p => p, OldestFirst.Instance)];
}
