using Hauberk.Policy.Resolution;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Specification 6.4: two Services that give one workload port different protocols.</summary>
internal static class ProtocolConflictCheck
{
    public static void Run(AnalysisContext context)
    {
        foreach (var known in context.Workloads)
            foreach (var port in context.PortsOf(known).Declarations.GroupBy(d => d.WorkloadPort))
            {
                // The deciding one stands first.
                var decides = port.First();
                foreach (var other in port.Where(d => d.Protocol != decides.Protocol)) Report(context, known, decides, other);
            }
    }

    private static void Report(AnalysisContext context, KnownWorkload known, PortDeclaration decides, PortDeclaration other) =>
        context.Warn(ProblemCodes.ProtocolConflict, other.DeclaredBy, PathOf(other),
            $"port {other.WorkloadPort} of workload {known.Name} is {other.Protocol.Spelling()} here and {decides.Protocol.Spelling()} in " +
            $"{decides.DeclaredBy.Kind} {decides.DeclaredBy.QualifiedName}, which decides.");

    private static string PathOf(PortDeclaration declaration)
    {
        var ports = declaration.DeclaredBy switch
        {
            ServiceResource service => service.Ports,
            ServiceEntryResource entry => entry.Ports,
            _ => [],
        };
        var index = ports.ToList().FindIndex(p => p.Number == declaration.ServicePort);
        return index < 0 ? "spec.ports" : $"spec.ports[{index}]";
    }
}
