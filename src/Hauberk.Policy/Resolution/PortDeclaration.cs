using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Resolution;

/// <summary>One Service or ServiceEntry saying what a workload port speaks.</summary>
public sealed record PortDeclaration(int WorkloadPort, DeclaredProtocol Protocol, int ServicePort, Resource DeclaredBy);
