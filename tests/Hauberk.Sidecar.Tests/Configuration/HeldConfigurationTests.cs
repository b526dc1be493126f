using System.Net;
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
    private const string Orders = "shop/orders.shop.svc.cluster.local";

    private readonly TestMesh mesh = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public void A_part_of_the_address_index_configures_nobody()
    {
        var held = WithoutIndex();
        Assert.Null(held.Apply(Index("10.0.0.1")));
        Assert.Null(held.Snapshot);
        Assert.Null(held.Apply(Index("10.0.0.2", isEnd: true)));
        Assert.Equal(2, held.Snapshot?.AddressIndex.Count);
    }

    [Fact]
    public void An_address_that_failed_to_be_taken_in_is_refused_and_never_outside_the_mesh()
    {
        var held = WithoutIndex();
        Assert.Null(held.Apply(Index("10.0.0.1", isEnd: true)));
        held.Distrust(Index("10.0.0.2"), "a bug");
        Assert.True(held.Snapshot!.AddressIndex.TryFind(IPAddress.Parse("10.0.0.2"), out var entry));
        Assert.Equal((true, 0), (entry.IsMeshed, entry.Destinations.Length));
    }

    [Fact]
    public void An_address_index_that_failed_to_be_taken_in_is_trusted_once_all_of_it_has_come_again()
    {
        var held = WithoutIndex();
        Assert.Null(held.Apply(Index("10.0.0.1", isEnd: true)));
        held.Distrust(Index("10.0.0.2"), "a bug");
        Assert.Null(held.Apply(Index("10.0.0.1")));
        Assert.True(held.IsDistrusted);
        Assert.Null(held.Apply(Index("10.0.0.2", isEnd: true)));
        Assert.False(held.IsDistrusted);
        Assert.True(held.Snapshot!.AddressIndex.TryFind(IPAddress.Parse("10.0.0.2"), out var entry));
        Assert.Single(entry.Destinations);
    }

    [Fact]
    public void Roots_whose_removal_failed_to_be_taken_in_are_trusted_no_more_before_they_are_gone()
    {
        var held = WithoutIndex();
        Take(held, TestMesh.PartnerName, TestMesh.Bundle(TestMesh.PartnerName, mesh.PartnerRoot).ToMessage());
        Assert.Null(held.Apply(Index("10.0.0.1", isEnd: true)));
        var removal = new DeltaDiscoveryResponse { TypeUrl = ResourceTypeUrl.TrustBundle, Nonce = "1", RemovedResources = { TestMesh.PartnerName } };
        held.Distrust(removal, "a bug");
        Take(held, TestMesh.TrustDomainName, TestMesh.Bundle(TestMesh.TrustDomainName, mesh.Root).ToMessage());
        Assert.True(held.IsDistrusted);
        Assert.Null(held.Apply(removal));
        Assert.False(held.IsDistrusted);
        Assert.False(held.Snapshot!.TrustBundles.TryGet(TrustDomain.Parse(TestMesh.PartnerName), out _));
    }

    [Fact]
    public void A_destination_whose_removal_failed_to_be_taken_in_is_let_go()
    {
        var held = WithoutIndex();
        Assert.Null(held.Apply(Index("10.0.0.1", isEnd: true)));
        Take(held, Orders, new Destination { Host = "orders.shop.svc.cluster.local", Namespace = "shop" });
        Assert.Contains(Orders, held.Snapshot!.Destinations.Keys);
        held.Distrust(new DeltaDiscoveryResponse { TypeUrl = ResourceTypeUrl.Destination, RemovedResources = { Orders } }, "a bug");
        Assert.Empty(held.Snapshot!.Destinations);
    }

    private HeldConfiguration WithoutIndex()
    {
        var held = new HeldConfiguration(TestControlPlane.Workload, TrustDomain.Parse(TestMesh.TrustDomainName));
        Take(held, TestMesh.TrustDomainName, TestMesh.Bundle(TestMesh.TrustDomainName, mesh.Root).ToMessage());
        Take(held, "default", new MeshSettings { MeshConfig = ConfiguredSidecar.Policy("{apiVersion: hauberk.dev/v1, kind: MeshConfig, metadata: {name: default}, spec: {}}") });
        Take(held, TestControlPlane.Workload, ConfiguredSidecar.Workload());
        return held;
    }

    private static DeltaDiscoveryResponse Index(string address, bool isEnd = false)
    {
        var response = Response(address, new Api.Distribution.AddressIndexEntry { Key = address, Destinations = { $"workload/shop/{address}" }, Meshed = true });
        if (isEnd)
            response.RemovedResources.Add(TestControlPlane.Workload);
        return response;
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
