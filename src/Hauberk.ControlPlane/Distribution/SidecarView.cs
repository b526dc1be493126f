using Hauberk.ControlPlane.Registry;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>The mesh at one moment, as one sidecar is told of it.</summary>
internal sealed class SidecarView(MeshSnapshot mesh, WorkloadEntryResource workload, ResourceSource source)
{
    private readonly NamespaceSnapshot own = mesh.Namespaces[workload.Metadata.Namespace];
    private VersionedResource? configuration;

    public MeshSnapshot Mesh => mesh;

    public AddressIndex Addresses => mesh.Addresses;

    public IEnumerable<string> TrustDomains => source.TrustBundles.Keys;

    public VersionedResource? TrustBundle(string trustDomain) => source.TrustBundles.GetValueOrDefault(trustDomain);

    public VersionedResource? MeshSettings(string name) => name == MeshConfigDefault.Name ? mesh.MeshSettings : null;

    /// <summary>Its own only.</summary>
    public VersionedResource? WorkloadConfiguration(string name) =>
        name == workload.QualifiedName ? configuration ??= ResourceSource.WorkloadConfiguration(workload, own) : null;

    public VersionedResource? Destination(string name) => source.Destination(name, workload, own, mesh.NamespaceOf(name));

    public string Node => workload.QualifiedName;

    /// <summary>What was computed for <paramref name="older"/> is still true, where nothing that it came from changed.</summary>
    public SidecarView CarryingOver(SidecarView older)
    {
        if (ReferenceEquals(own, older.own) && ReferenceEquals(workload, older.Workload)) configuration = older.configuration;
        return this;
    }

    private WorkloadEntryResource Workload => workload;
}
