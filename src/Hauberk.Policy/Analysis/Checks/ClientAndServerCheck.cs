using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>DestinationRules that make clients send what the server's mode does not take (specification 1.7 and 2.1).</summary>
internal static class ClientAndServerCheck
{
    public static void Run(AnalysisContext context)
    {
        var view = context.Destinations;
        foreach (var (destination, _) in view.Destinations.Where(d => !d.Destination.IsExternal))
        {
            var rules = view.RulesFor(destination).ToList();
            if (rules.Count == 0) continue;
            string?[] subsets = [null, .. rules.SelectMany(r => r.Subsets).Select(s => s.Name).Distinct()];
            foreach (var client in view.ClientsOf(destination))
                foreach (var endpoint in destination.Endpoints)
                    foreach (var (servicePort, workloadPort) in endpoint.WorkloadPorts)
                        foreach (var subset in subsets) Check(context, rules, client, destination, endpoint, (servicePort, workloadPort, subset));
        }
    }

    private static void Check(
        AnalysisContext context, List<DestinationRuleResource> rules, CompiledClientPolicy client, ResolvedDestination destination,
        ResolvedEndpoint endpoint, (int ServicePort, int WorkloadPort, string? Subset) to)
    {
        var mode = endpoint.ModeOf(to.WorkloadPort);
        var facts = new ClientTlsFacts(destination.Host, destination.Namespace, to.ServicePort, to.Subset, false, endpoint.HasSidecar, mode);
        var decision = client.DecideTls(facts);
        if (decision.Reason != DecisionReason.DestinationRuleTls || WhyRefused(decision.Tls, mode, endpoint.HasSidecar) is not { } why) return;
        var rule = rules.First(r => r.QualifiedName == decision.Rule);
        context.Warn(ProblemCodes.ClientAndServerContradict, rule, PathOf(rule, decision.Settings!),
            $"clients of {destination.Host}:{to.ServicePort} send {Sent(decision.Tls)}, but {why}.");
    }

    private static string? WhyRefused(ClientTls sent, ServerMode mode, bool hasSidecar) => (sent, mode) switch
    {
        (ClientTls.MeshMutual, _) when !hasSidecar => "no sidecar stands there to take it",
        (ClientTls.MeshMutual, ServerMode.Disable) => "the server's mode is DISABLE, so TLS goes on to an application that does not expect it",
        (ClientTls.Plaintext or ClientTls.Simple, ServerMode.Strict) when hasSidecar => "the server's mode is STRICT, so it is refused",
        _ => null,
    };

    private static string Sent(ClientTls tls) => tls switch
    {
        ClientTls.MeshMutual => "mesh mTLS",
        ClientTls.Plaintext => "plaintext",
        _ => "TLS without a mesh identity",
    };

    // Settings are objects of the rule: the one that decided tells where it stands.
    private static string PathOf(DestinationRuleResource rule, ClientTlsSettings settings)
    {
        if (PathIn(rule.TrafficPolicy, settings, "spec.trafficPolicy") is { } top) return top;
        for (var i = 0; i < rule.Subsets.Length; i++)
            if (PathIn(rule.Subsets[i].TrafficPolicy, settings, $"spec.subsets[{i}].trafficPolicy") is { } path) return path;
        return "spec";
    }

    private static string? PathIn(TrafficPolicy? policy, ClientTlsSettings settings, string path)
    {
        if (policy is null) return null;
        if (ReferenceEquals(policy.Tls, settings)) return $"{path}.tls.mode";
        return policy.PortLevelSettings.Values.Any(p => ReferenceEquals(p.Tls, settings)) ? $"{path}.portLevelSettings" : null;
    }
}
