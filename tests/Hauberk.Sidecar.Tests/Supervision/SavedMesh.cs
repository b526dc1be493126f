using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Hauberk.Api.Distribution;
using Hauberk.Api.Enrolment;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Tests.Configuration;
using Hauberk.Sidecar.Tests.ControlPlane;

namespace Hauberk.Sidecar.Tests.Supervision;

/// <summary>What an earlier run of shop/web-1 left behind.</summary>
internal static class SavedMesh
{
    public static void Save(TestMesh mesh, StateDirectory state) => new SnapshotFile(state, Proxy.MeshOf(JoinFile(mesh))).Save(Tables(mesh));

    private static IReadOnlyList<DeltaDiscoveryResponse> Tables(TestMesh mesh) =>
    [
        Table(TestMesh.TrustDomainName, TestMesh.Bundle(TestMesh.TrustDomainName, mesh.Root).ToMessage()),
        Table("default", new MeshSettings
        {
            MeshConfig = ConfiguredSidecar.Policy("{apiVersion: hauberk.dev/v1, kind: MeshConfig, metadata: {name: default}, spec: {}}"),
        }),
        Table(TestControlPlane.Workload, ConfiguredSidecar.Workload()),
        Table("10.0.0.1", new Api.Distribution.AddressIndexEntry { Key = "10.0.0.1", Destinations = { "workload/shop/web-1" }, Meshed = true }),
    ];

    /// <summary>For a control plane that is not there.</summary>
    public static JoinFile JoinFile(TestMesh mesh) => new()
    {
        ControlPlane = "127.0.0.1:15012",
        TrustDomain = TestMesh.TrustDomainName,
        Workload = TestControlPlane.Workload,
        ServiceAccount = "web",
        Token = TestControlPlane.Token,
        TrustBundle = TestMesh.Bundle(TestMesh.TrustDomainName, mesh.Root).ToPem(),
    };

    private static DeltaDiscoveryResponse Table(string name, IMessage message)
    {
        var typeUrl = $"type.googleapis.com/{message.Descriptor.FullName}";
        return new DeltaDiscoveryResponse
        {
            TypeUrl = typeUrl,
            Resources = { new Resource { Name = name, Version = "1", Resource_ = new Any { TypeUrl = typeUrl, Value = message.ToByteString() } } },
        };
    }
}
