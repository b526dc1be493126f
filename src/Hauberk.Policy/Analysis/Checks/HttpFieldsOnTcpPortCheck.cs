using Hauberk.Policy.Analysis.Rules;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 3.8: on a TCP port an ALLOW rule with HTTP fields is dropped and a DENY rule gets wider.</summary>
internal static class HttpFieldsOnTcpPortCheck
{
    public static void Run(AnalysisContext context)
    {
        var trustDomains = new TrustDomainSet(context.Mesh);
        foreach (var known in context.Workloads)
        {
            var ports = context.PortsOf(known);
            var tcp = ports.Declarations.Select(d => d.WorkloadPort).Distinct().Where(p => IsTcp(ports.ProtocolOf(p))).ToList();
            if (tcp.Count == 0) continue;
            foreach (var policy in context.PoliciesOf(known)) Check(context, known, policy, tcp, new(policy.Metadata.Namespace, trustDomains));
        }
    }

    private static bool IsTcp(DeclaredProtocol protocol) => !protocol.IsHttp() && protocol is not (DeclaredProtocol.Auto or DeclaredProtocol.Udp);

    private static void Check(AnalysisContext context, KnownWorkload known, AuthorizationPolicyResource policy, List<int> tcpPorts, FieldProbe probe)
    {
        for (var i = 0; i < policy.Rules.Length; i++)
            if (HttpFields.FirstIn(policy.Rules[i]) is { } field && tcpPorts.Find(p => RulePorts.MayMatch(policy.Rules[i], p, probe)) is var port and > 0)
                context.Warn(ProblemCodes.HttpFieldsOnTcpPort, policy, $"spec.rules[{i}].{field}", policy.Action == AuthorizationAction.Allow
                    ? $"on TCP port {port} of workload {known.Name} there are no requests, so the rule is dropped and allows nothing there."
                    : $"on TCP port {port} of workload {known.Name} there are no requests, so this field is dropped and the rule matches more there.");
    }
}
