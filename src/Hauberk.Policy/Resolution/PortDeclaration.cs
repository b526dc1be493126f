using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>One Service or ServiceEntry that leads to a workload port.</summary>
/// <param name="Stated">What it says the port speaks; auto: nothing.</param>
public sealed record PortDeclaration(int WorkloadPort, DeclaredProtocol Stated, int ServicePort, Resource DeclaredBy)
{
    /// <summary>What it comes to: where nothing is said, the number may tell.</summary>
    public DeclaredProtocol Protocol => ProtocolSelection.OrByNumber(Stated, ServicePort);
}
