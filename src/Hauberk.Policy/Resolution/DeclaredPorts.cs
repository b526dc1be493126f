using System.Collections.Frozen;
using System.Collections.Immutable;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>
/// What Services and ServiceEntries of its namespace declare about a workload's ports. Where two disagree, the older decides
/// (specification 6.4). Another namespace has no say.
/// </summary>
public sealed class DeclaredPorts
{
    private readonly FrozenDictionary<int, PortDeclaration> deciding;

    private DeclaredPorts(ImmutableArray<PortDeclaration> declarations)
    {
        Declarations = declarations;
        deciding = declarations.DistinctBy(d => d.WorkloadPort).ToFrozenDictionary(d => d.WorkloadPort);
    }

    /// <summary>All of them, the deciding one of each port first.</summary>
    public ImmutableArray<PortDeclaration> Declarations { get; }

    public static DeclaredPorts Of(ResourceSet set, Workload workload)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(workload);
        var named = WorkloadSelection.NamedPorts(set, workload);
        return new([.. set.All.Where(r => r.Metadata.Namespace == workload.Namespace)
            .OrderBy(r => r, OldestFirst.Instance)
            .SelectMany(r => DeclarationsOf(r, workload, named))
            .Where(d => d.Protocol != DeclaredProtocol.Udp)]);
    }

    public DeclaredProtocol ProtocolOf(int workloadPort) => Of(workloadPort)?.Protocol ?? ProtocolSelection.Undeclared(workloadPort);

    /// <summary>The deciding declaration; null: nothing leads to the port.</summary>
    public PortDeclaration? Of(int workloadPort) => deciding.GetValueOrDefault(workloadPort);

    private static IEnumerable<PortDeclaration> DeclarationsOf(Resource resource, Workload workload, ImmutableDictionary<string, int> named)
    {
        switch (resource)
        {
            case ServiceResource service when WorkloadSelection.Selects(service, workload):
                return Declare(service.Ports, named, resource, p => ProtocolSelection.Stated(p.Name, p.Protocol, p.AppProtocol));
            case ServiceEntryResource entry when WorkloadSelection.PortsIn(entry, workload, named) is { } ports:
                return Declare(entry.Ports, ports, resource, p => ProtocolSelection.StatedByServiceEntry(p.Name, p.Protocol, p.AppProtocol));
            default:
                return [];
        }
    }

    private static IEnumerable<PortDeclaration> Declare(
        ImmutableArray<ServicePort> ports, ImmutableDictionary<string, int> named, Resource by, Func<ServicePort, DeclaredProtocol> stated)
    {
        foreach (var port in ports)
            if (TargetPort.Of(port, named) is { } workloadPort)
                yield return new PortDeclaration(workloadPort, stated(port), port.Number, by);
    }
}
