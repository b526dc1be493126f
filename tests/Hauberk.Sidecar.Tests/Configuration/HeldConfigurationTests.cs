using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Hauberk.Api.Distribution;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Tests.ControlPlane;

namespace Hauberk.Sidecar.Tests.Configuration;

public sealed class HeldConfigurationTests
{
    [Fact]
    public void A_part_of_the_address_index_configures_nobody()
    {
        var held = new HeldConfiguration(TestControlPlane.Workload, TrustDomain.Parse(TestMesh.TrustDomainName));
        var mesh = new TestMesh(TimeProvider.System.GetUtcNow());
        Take(held, TestMesh.TrustDomainName, TestMesh.Bundle(TestMesh.TrustDomainName, mesh.Root).ToMessage());
        Take(held, "default", new MeshSettings { MeshConfig = ConfiguredSidecar.Policy("{apiVersion: hauberk.dev/v1, kind: MeshConfig, metadata: {name: default}, spec: {}}") });
        Take(held, TestControlPlane.Workload, ConfiguredSidecar.Workload());
        Take(held, "10.0.0.1", new Api.Distribution.AddressIndexEntry { Key = "10.0.0.1", Destinations = { "workload/shop/web-1" }, Meshed = true });
        Assert.Null(held.Snapshot);

        var end = Response("10.0.0.2", new Api.Distribution.AddressIndexEntry { Key = "10.0.0.2", Destinations = { "workload/shop/orders-1" }, Meshed = true });
        end.RemovedResources.Add(TestControlPlane.Workload);
        Assert.Null(held.Apply(end));
        Assert.Equal(2, held.Snapshot?.AddressIndex.Count);
    }

    private static void Take(HeldConfiguration held, string name, IMessage message) => Assert.Null(held.Apply(Response(name, message)));

    private static DeltaDiscoveryResponse Response(string name, IMessage message)
    {
        var typeUrl = $"type.googleapis.com/{message.Descriptor.FullName}";
        return new DeltaDiscoveryResponse
        {
            TypeUrl = typeUrl,
            Nonce = "1",
            Resources = { new Resource { Name = name, Version = "1", Resource_ = new Any { TypeUrl = typeUrl, Value = message.ToByteString() } } },
        };
    }
}
