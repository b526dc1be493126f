using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 1.5: portLevelMtls counts workload ports, and a Service port is easily written there.</summary>
internal static class PortLevelModeCheck
{
    public static void Run(AnalysisContext context)
    {
        foreach (var known in context.Workloads)
            foreach (var policy in context.SetFor(known).OfKind<PeerAuthenticationResource>())
                if (policy.PortLevelModes is { } ports && ServerModeResolution.ScopeOf(policy, context.Mesh.RootNamespace, known.Workload) == ModeScope.Workload)
                    foreach (var port in ports.Keys) Check(context, known, policy, port);
    }

    private static void Check(AnalysisContext context, KnownWorkload known, PeerAuthenticationResource policy, int port)
    {
        var declarations = context.PortsOf(known).Declarations;
        if (declarations.Any(d => d.WorkloadPort == port) || declarations.FirstOrDefault(d => d.ServicePort == port) is not { } meant) return;
        context.Warn(ProblemCodes.PortIsServicePort, policy, $"spec.portLevelMtls.{port}",
            $"{port} is the port of {meant.DeclaredBy.Kind} {meant.DeclaredBy.QualifiedName}; the workload listens on {meant.WorkloadPort}, and that is what counts here.");
    }
}
