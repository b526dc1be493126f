using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Hauberk.Api.Distribution;
using Hauberk.Identity;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Slicing;
using Hauberk.Sidecar.Configuration;
using CoreWorkload = Hauberk.Policy.Resources.Workload;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>
/// From the resources of a case to a sidecar's snapshot, as in a mesh: sliced for the workload, written as the messages of distribution, and read
/// from their bytes by the sidecar's own code.
/// </summary>
internal static class LiveConfiguration
{
    private const string Version = "1";

    /// <param name="workload">With a name.</param>
    public static SidecarSnapshot Of(ResourceSet set, CoreWorkload workload, TrustBundleSet bundles, CalledDestination? destination)
    {
        var node = $"{workload.Namespace}/{workload.Name}";
        var held = new HeldConfiguration(node, TrustDomain.Parse(set.Mesh.TrustDomain));
        Apply(held, ResourceTypeUrl.TrustBundle, bundles.Bundles.Select(b => (b.TrustDomain.Name, (IMessage)b.ToMessage())));
        Apply(held, ResourceTypeUrl.MeshSettings, [(HeldConfiguration.MeshSettingsName, new MeshSettings { MeshConfig = MeshOf(set).ToMessage() })]);
        Apply(held, ResourceTypeUrl.WorkloadConfiguration, [(node, WorkloadMessage(set, workload))]);
        Apply(held, ResourceTypeUrl.AddressIndexEntry, destination is null ? [] : [(CalledDestination.Address, destination.IndexEntry())]);
        Apply(held, ResourceTypeUrl.Destination, destination is null ? [] : [(destination.Name, destination.Message(set, workload))]);
        Assert.NotNull(held.Snapshot);
        return held.Snapshot;
    }

    private static WorkloadConfiguration WorkloadMessage(ResourceSet set, CoreWorkload workload)
    {
        var message = new WorkloadConfiguration { Workload = workload.ToMessage() };
        message.Policies.AddRange(Slice.ForWorkload(set, workload).All.Select(PolicyResourceConversion.ToMessage));
        return message;
    }

    /// <summary>A mesh without a MeshConfig is told the defaults.</summary>
    private static Hauberk.Policy.Resources.Resource MeshOf(ResourceSet set) => set.Mesh.Document != MappingNode.Empty
        ? set.Mesh
        : Assert.Single(ResourceReader.Read("{apiVersion: hauberk.dev/v1, kind: MeshConfig, metadata: {name: default}, spec: {}}", "default").Resources);

    private static void Apply(HeldConfiguration held, string typeUrl, IEnumerable<(string Name, IMessage Message)> resources)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = typeUrl };
        response.Resources.AddRange(resources.Select(r => new Api.Distribution.Resource
        {
            Name = r.Name,
            Version = Version,
            Resource_ = new Any { TypeUrl = typeUrl, Value = r.Message.ToByteString() },
        }));
        Assert.Null(held.Apply(response));
    }
}
