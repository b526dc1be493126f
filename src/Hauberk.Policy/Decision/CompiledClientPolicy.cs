using System.Collections.Immutable;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Decision;

/// <summary>What a client's sidecar sends to the endpoints it calls (specification 2), compiled from DestinationRules and the MeshConfig. Immutable.</summary>
public sealed class CompiledClientPolicy
{
    private readonly DestinationRuleLookup rules;
    private readonly MeshConfigResource mesh;
    private readonly TrustDomainSet trustDomains;
    private readonly UnsupportedResource? unsupported;

    private CompiledClientPolicy(ResourceSet set, Workload client, UnsupportedResource? unsupported)
    {
        rules = new DestinationRuleLookup(set, client);
        mesh = set.Mesh;
        trustDomains = new TrustDomainSet(set.Mesh);
        this.unsupported = unsupported;
    }

    /// <param name="unsupported">DestinationRules that may govern these destinations and cannot be enforced here: nothing is sent to them.</param>
    public static CompiledClientPolicy Compile(ResourceSet set, Workload client, ImmutableArray<UnsupportedResource> unsupported = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(client);
        return new(set, client, unsupported.IsDefaultOrEmpty ? null : unsupported[0]);
    }

    public ClientTlsDecision DecideTls(in ClientTlsFacts facts)
    {
        if (unsupported is not null)
            return new(ClientTls.Refused, DecisionReason.UnknownFeature, null, unsupported.Reference.ToString());
        if (rules.Find(facts.Host, facts.ServiceNamespace)?.TlsFor(facts.ServicePort, facts.Subset) is { } written)
            return new(FormOf(written.Settings.Mode), DecisionReason.DestinationRuleTls, written.Settings, written.Rule);
        var reason = Automatic(facts);
        return new(reason == DecisionReason.AutoMutualTls ? ClientTls.MeshMutual : ClientTls.Plaintext, reason, null, null);
    }

    /// <summary>The identities a server of this destination may prove (specification 5.2), its DestinationRule taken into account.</summary>
    /// <param name="servicePort">Null: whatever port.</param>
    public SecureNaming NamingOf(ResolvedDestination destination, int? servicePort = null, string? subset = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var identities = destination.Endpoints.Select(e => e.Identity).OfType<Identity.SpiffeId>().Select(id => id.ToString());
        return NamingOf(destination.Host, destination.Namespace, identities, destination.ExtraIdentities, servicePort, subset);
    }

    /// <param name="extraIdentities">As written: accounts declared on the Service, subjectAltNames of the ServiceEntry.</param>
    public SecureNaming NamingOf(
        string host, string serviceNamespace, IEnumerable<string> endpointIdentities, IEnumerable<string> extraIdentities,
        int? servicePort = null, string? subset = null)
    {
        var tls = rules.Find(host, serviceNamespace)?.TlsFor(servicePort, subset)?.Settings;
        return tls is { Mode: ClientTlsMode.IstioMutual, SubjectAltNames: [_, ..] names }
            ? SecureNaming.Exactly(names)
            : SecureNaming.Of(endpointIdentities.Concat(extraIdentities), trustDomains);
    }

    private DecisionReason Automatic(in ClientTlsFacts facts)
    {
        if (facts.IsExternal) return DecisionReason.ExternalService;
        if (!mesh.EnableAutoMtls) return DecisionReason.AutoMutualTlsOff;
        if (!facts.EndpointHasSidecar) return DecisionReason.EndpointWithoutSidecar;
        return facts.EndpointMode == ServerMode.Disable ? DecisionReason.ServerModeDisable : DecisionReason.AutoMutualTls;
    }

    private static ClientTls FormOf(ClientTlsMode mode) => mode switch
    {
        ClientTlsMode.Disable => ClientTls.Plaintext,
        ClientTlsMode.Simple => ClientTls.Simple,
        ClientTlsMode.Mutual => ClientTls.Mutual,
        ClientTlsMode.IstioMutual => ClientTls.MeshMutual,
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };
}
