using System.Text.Json.Nodes;
using Hauberk.Api.Distribution;
using Hauberk.ControlPlane.Distribution;

namespace Hauberk.ControlPlane.Tests.Distribution;

/// <summary>What a sidecar says of itself reaches those who call its workload.</summary>
public sealed class WorkloadEntryStatusTests : IAsyncLifetime
{
    private const string Orders = "spiffe://cluster.local/ns/shop/sa/orders";
    private const string OrdersService = "shop/orders.shop.svc.cluster.local";
    private const string Entry = "/apis/networking.istio.io/v1/namespaces/shop/workloadentries/orders-1";
    private readonly ManualClock clock = new(TimeProvider.System.GetUtcNow());
    private RunningControlPlane plane = null!;

    public async ValueTask InitializeAsync()
    {
        plane = await RunningControlPlane.StartAsync(clock: clock);
        await plane.AddWorkloadAsync("shop", "orders-1", "orders", "10.0.0.4", """{"app":"orders"}""");
        await plane.AddServiceAsync("shop", "orders", """{"app":"orders"}""");
        await plane.RegistryCaughtUpAsync();
    }

    public ValueTask DisposeAsync() => plane.DisposeAsync();

    [Fact]
    public async Task Where_a_sidecar_takes_tunnels_is_known_to_its_clients_until_it_stands_by_it_that_it_does_not()
    {
        using var client = Connect();
        await client.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
        Assert.Equal(0u, PortIn(await client.NextAsync()));

        using (var sidecar = Connect(NodeMetadata.Tunnels))
        {
            await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings);
            Assert.Equal(15008u, PortIn(await client.NextAsync()));
        }
        // The status is the control plane's: what an operator writes leaves it as it is, whatever it says.
        await plane.PatchAsync(Entry, """{"spec":{"labels":{"tier":"one"}},"status":{"sidecar":{"tunnelPort":1}}}""");
        Assert.Equal(15008u, PortIn(await client.NextAsync()));
        await plane.RestartAsync();
        Assert.Equal(15008, await StatusAsync());
        Assert.Equal(15008, (int?)JsonNode.Parse(await plane.Api.GetStringAsync("/apis/hauberk.dev/v1/sidecars"))!["items"]![0]!["status"]!["tunnelPort"]);

        using var without = Connect();
        await without.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
        Assert.Equal(15008u, PortIn(await without.NextAsync()));
        clock.Advance(WorkloadEntryStatus.TakenBackAfter);
        Assert.Equal(0u, PortIn(await without.NextAsync()));
        Assert.Null(await StatusAsync());
    }

    [Fact]
    public async Task A_sidecar_that_changes_its_mind_at_every_connection_changes_nothing()
    {
        using (var first = Connect(NodeMetadata.Tunnels))
        {
            await first.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
            await Eventually.TrueAsync(async () => await StatusAsync() is not null);
        }
        using var without = Connect();
        await without.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
        await without.NextAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        using var again = Connect(NodeMetadata.Tunnels);
        await again.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
        await again.NextAsync();
        clock.Advance(WorkloadEntryStatus.TakenBackAfter);
        await plane.PatchAsync(Entry, """{"spec":{"labels":{"tier":"one"}}}""");
        Assert.Equal(15008u, PortIn(await again.NextAsync()));
        Assert.Equal(15008, await StatusAsync());
    }

    [Fact]
    public async Task No_other_port_than_that_of_tunnels_is_taken_from_a_sidecar()
    {
        using var sidecar = Connect(tunnelPort: 22);
        await sidecar.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
        Assert.Equal(0u, PortIn(await sidecar.NextAsync()));
        Assert.True(await sidecar.IsQuietAsync());
        Assert.Null(await StatusAsync());
    }

    private AdsClient Connect(int? tunnelPort = null) => new(plane.Channel(plane.Authority.Issue(Orders)), "shop/orders-1", tunnelPort);

    private static uint PortIn(DeltaDiscoveryResponse response) => Assert.Single(AdsClient.Read<Destination>(response, OrdersService).Endpoints).TunnelPort;

    private async Task<int?> StatusAsync() => (int?)JsonNode.Parse(await plane.Api.GetStringAsync(Entry))!["status"]?["sidecar"]?["tunnelPort"];
}
