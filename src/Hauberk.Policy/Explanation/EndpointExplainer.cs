using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Explanation;

/// <summary>Puts the client's and the server's decisions together as a connection would.</summary>
internal sealed class EndpointExplainer(
    ResourceSet set, ExplainedClient from, ResolvedDestination destination, int servicePort, ExplainOptions options)
{
    private readonly CompiledClientPolicy client = CompiledClientPolicy.Compile(set, from.Workload);
    private readonly TrustDomainSet trustDomains = new(set.Mesh);

    public EndpointExplanation Explain(Workload server, int workloadPort)
    {
        var compiled = CompiledWorkloadPolicy.Compile(set, server);
        var tls = SentBy(server, compiled.ModeOf(workloadPort));
        var explanation = new EndpointExplanation
        {
            Server = server,
            WorkloadPort = workloadPort,
            ClientTls = tls,
            Wire = WireOf(tls.Tls),
            Protocol = compiled.ProtocolOf(workloadPort),
            Declaration = compiled.DeclarationOf(workloadPort),
            ModeChain = compiled.Modes.Chain(workloadPort),
            Succeeds = tls.Tls is ClientTls.Plaintext or ClientTls.Simple or ClientTls.Mutual,
            IsMutualTls = false,
        };
        // Without a sidecar the application gets what came, and no application reads the mesh's TLS.
        return server.HasSidecar && tls.Tls != ClientTls.Refused ? Meet(explanation, compiled) : explanation;
    }

    private ClientTlsDecision SentBy(Workload server, ServerMode mode) => !from.Workload.HasSidecar
        ? new(ClientTls.Plaintext, DecisionReason.None, null, null)
        : client.DecideTls(new ClientTlsFacts(
            destination.Host, destination.Namespace, servicePort, options.Subset, destination.IsExternal, server.HasSidecar, mode));

    private EndpointExplanation Meet(EndpointExplanation explanation, CompiledWorkloadPolicy compiled)
    {
        var handling = compiled.HandleInbound(explanation.WorkloadPort, explanation.Wire, options.HttpHandlingAvailable);
        explanation = explanation with { Handling = handling };
        var isMutual = explanation.Wire == WireForm.MeshTls && handling.Action == InboundAction.TerminateMutualTls;
        if (isMutual)
            explanation = explanation with
            {
                ServerAccepted = AcceptServer(explanation.Server),
                ClientAccepted = from.Identity is { } id ? compiled.AcceptClient(id) : new(false, DecisionReason.PeerTrustDomainUnknown),
            };
        // TLS that neither ends here nor is the application's own leads nowhere, nor does TLS without an identity where one is due.
        var isCarried = handling.Action switch
        {
            InboundAction.PassThrough => explanation.Wire != WireForm.MeshTls,
            InboundAction.TerminateMutualTls => isMutual && explanation is { ServerAccepted.IsAccepted: true, ClientAccepted.IsAccepted: true },
            _ => false,
        };
        if (!isCarried) return explanation with { Succeeds = false };
        var authorization = Authorize(explanation, compiled, isMutual ? from.Identity : null);
        return explanation with
        {
            Authorization = authorization,
            Succeeds = authorization.Decision.IsAllowed,
            IsMutualTls = isMutual,
        };
    }

    private IdentityDecision AcceptServer(Workload server) =>
        trustDomains.IdentityOf(server.Namespace, server.ServiceAccount) is { } identity
            ? client.NamingOf(destination, servicePort, options.Subset).Accept(identity)
            : new(false, DecisionReason.NoIdentityKnownForService);

    private AuthorizationExplanation Authorize(EndpointExplanation explanation, CompiledWorkloadPolicy compiled, SpiffeId? peer)
    {
        var server = explanation.Server;
        var facts = new ConnectionFacts(peer, from.Address, ExplainedClient.AddressOf(server), explanation.WorkloadPort, null);
        if (!explanation.Handling!.Value.IsHttp) return AuthorizationExplanation.OfConnection(set, server, compiled, facts);
        var request = options.RequestOrDefault;
        var path = NormalizedPath.TryOf(request.Path, set.Mesh.PathNormalization, out var normal) ? normal : request.Path;
        return AuthorizationExplanation.OfRequest(set, server, compiled, new RequestFacts
        {
            Connection = facts,
            Method = request.Method,
            Host = request.Host ?? destination.Host,
            Path = NormalizedPath.WithoutQuery(path),
        });
    }

    private static WireForm WireOf(ClientTls tls) => tls switch
    {
        ClientTls.MeshMutual => WireForm.MeshTls,
        ClientTls.Simple or ClientTls.Mutual => WireForm.OtherTls,
        _ => WireForm.Plaintext,
    };
}
