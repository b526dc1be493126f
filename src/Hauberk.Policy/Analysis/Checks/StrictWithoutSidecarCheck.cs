using Hauberk.Policy.Decision;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>STRICT ports that clients without a sidecar are known to reach: their connections are closed (specification 1.7).</summary>
internal static class StrictWithoutSidecarCheck
{
    public static void Run(AnalysisContext context)
    {
        var bare = context.Workloads.Where(w => !w.IsImplied && !w.Workload.HasSidecar).ToLookup(w => w.Workload.Namespace, StringComparer.Ordinal);
        foreach (var known in context.Workloads.Where(w => w.Workload.HasSidecar))
        {
            var modes = context.ModesOf(known);
            CheckOpenServices(context, known, modes);
            if (bare[known.Workload.Namespace].FirstOrDefault() is { } client && StrictPort(context, known, modes) is { } port) ReportNeighbour(context, known, modes, port, client);
        }
    }

    // What a node port or a load balancer lets in comes from outside the mesh.
    private static void CheckOpenServices(AnalysisContext context, KnownWorkload known, ServerModeResolution modes)
    {
        foreach (var declaration in context.PortsOf(known).Declarations)
            if (declaration.DeclaredBy is ServiceResource { Type: "NodePort" or "LoadBalancer" } service && modes.ModeOf(declaration.WorkloadPort) == ServerMode.Strict)
                context.Warn(ProblemCodes.StrictWithoutSidecar, service, "spec.type",
                    $"clients from outside the mesh have no sidecar, and port {declaration.WorkloadPort} of workload {known.Name} is STRICT.");
    }

    private static int? StrictPort(AnalysisContext context, KnownWorkload known, ServerModeResolution modes)
    {
        var ports = context.PortsOf(known).Declarations.Select(d => d.WorkloadPort).Order().ToList();
        return ports.Count == 0 ? null : ports.Where(p => modes.ModeOf(p) == ServerMode.Strict).Select(p => (int?)p).FirstOrDefault();
    }

    private static void ReportNeighbour(AnalysisContext context, KnownWorkload known, ServerModeResolution modes, int port, KnownWorkload client)
    {
        var step = modes.Chain(port).Last(s => s.Written == MutualTlsMode.Strict);
        var policy = context.SetFor(known).OfKind<PeerAuthenticationResource>().First(p => p.QualifiedName == step.Policy);
        context.Warn(ProblemCodes.StrictWithoutSidecar, policy, step.Scope == ModeScope.Port ? $"spec.portLevelMtls.{port}.mode" : "spec.mtls.mode",
            $"workload {client.Name} beside {known.Name} has no sidecar, so its calls to port {port} are refused.");
    }
}
