namespace Hauberk.ControlPlane.Registry;

internal enum ClaimKind
{
    /// <summary>Of a WorkloadEntry.</summary>
    WorkloadAddress,

    /// <summary>clusterIP of a Service.</summary>
    VirtualAddress,

    /// <summary>Of a ServiceEntry inside the mesh.</summary>
    ServiceEntryAddress,
    ServiceEntryHost,

    /// <summary>Of a ServiceEntry outside the mesh.</summary>
    ExternalAddress,
    ExternalHost,
}
