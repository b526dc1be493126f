using Hauberk.Policy.Analysis.Rules;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>
/// Specification 3.2: with the first ALLOW policy a workload denies whatever no ALLOW rule matches. Where one of its ports is in no rule, and
/// nobody has asked for deny by default, that was hardly meant.
/// </summary>
internal static class AllowDeniesTheRestCheck
{
    public static void Run(AnalysisContext context)
    {
        if (context.Mesh.DeniesByDefault) return;
        var trustDomains = new TrustDomainSet(context.Mesh);
        foreach (var known in context.Workloads)
        {
            var allows = context.PoliciesOf(known).Where(p => p.Action == AuthorizationAction.Allow).ToList();
            // A policy without rules allows nothing: that is how deny by default is asked for.
            if (allows.Count == 0 || allows.Any(p => p.Rules.IsEmpty)) continue;
            foreach (var port in context.PortsOf(known).Declarations.Select(d => d.WorkloadPort).Distinct().Order())
                if (!allows.Any(policy => policy.Rules.Any(rule => RulePorts.MayMatch(rule, port, new(policy.Metadata.Namespace, trustDomains)))))
                    context.Warn(ProblemCodes.AllowDeniesTheRest, allows[0], "spec.rules",
                        $"workload {known.Name} now denies whatever no ALLOW rule matches, and none can match its port {port}.");
        }
    }
}
