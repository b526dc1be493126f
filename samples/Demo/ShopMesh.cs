using System.Diagnostics;
using Hauberk.Lab;

namespace Hauberk.Demo;

/// <summary>The demo's hosts: the shop, meshed; a shopper and a rogue, meshed; a legacy client without a sidecar.</summary>
internal sealed class ShopMesh : IAsyncDisposable
{
    private readonly string folder;

    private ShopMesh(Network network, Mesh mesh, string folder)
    {
        Network = network;
        Mesh = mesh;
        this.folder = folder;
    }

    public Network Network { get; }
    public Mesh Mesh { get; }
    public required Host Web { get; init; }
    public required Host Orders { get; init; }
    public required Host Payments { get; init; }
    public required Host Inventory { get; init; }
    public required Host Shopper { get; init; }
    public required Host Rogue { get; init; }
    public required Host Legacy { get; init; }

    public IReadOnlyList<Host> Meshed => [Web, Orders, Payments, Inventory, Shopper, Rogue];

    public static string Sample(string file) => Path.Combine(Programs.Repository, "samples", "Shop", file);

    public static async Task<ShopMesh> StartAsync(Narrator narrator)
    {
        var clock = Stopwatch.StartNew();
        narrator.Chapter("Hosts, a control plane, and a shop with a sidecar beside each service");
        // Not below the checkout: the sidecars give up root and must still reach their state.
        var folder = Directory.CreateTempSubdirectory("hauberk-demo-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var network = await Network.CreateAsync("hauberk-demo", Path.Combine(folder, "logs"));
        var mesh = await Mesh.StartAsync(network, Path.Combine(folder, "state"));
        narrator.Show(await mesh.OperateAsync("apply", "-f", Sample("mesh.yaml")));

        var shop = new ShopMesh(network, mesh, folder)
        {
            Web = await network.AddHostAsync("web", 21),
            Orders = await network.AddHostAsync("orders", 22),
            Payments = await network.AddHostAsync("payments", 23),
            Inventory = await network.AddHostAsync("inventory", 24),
            Shopper = await network.AddHostAsync("shopper", 25),
            Rogue = await network.AddHostAsync("rogue", 26),
            Legacy = await network.AddHostAsync("legacy", 31),
        };
        await Task.WhenAll(
            mesh.JoinAsync(shop.Payments, "shop/payments-1", "payments", Programs.Shop, "payments", "--listen", "8080"),
            mesh.JoinAsync(shop.Inventory, "shop/inventory-1", "inventory", Programs.Shop, "inventory", "--listen", "8080"),
            mesh.JoinAsync(shop.Orders, "shop/orders-1", "orders", Programs.Shop, "orders", "--listen", "8080",
                "--payments", "http://10.255.0.13/charge", "--inventory", "http://10.255.0.14/reserve"),
            mesh.JoinAsync(shop.Web, "shop/web-1", "web", Programs.Shop, "web", "--listen", "8080", "--orders", "http://10.255.0.12/order"),
            mesh.JoinAsync(shop.Shopper, "shop/shopper-1", "shopper"),
            mesh.JoinAsync(shop.Rogue, "shop/rogue-1", "rogue"));
        foreach (var host in new[] { shop.Payments, shop.Inventory, shop.Orders, shop.Web })
            await Wait.UntilAsync($"the program on {host.Name} listens", () => host.IsListeningAsync(8080));
        narrator.Say($"{shop.Meshed.Count} sidecars are ready after {clock.Elapsed.TotalSeconds:0.0} s");
        return shop;
    }

    /// <summary>The customer orders until it is stopped, half of the time on a new connection the whole way.</summary>
    public HostProcess StartSteadyTraffic() => Shopper.Start("steady", Programs.Shop, "shopper", "--web", "http://10.255.0.11/checkout",
        "--forever", "true", "--workers", "2", "--pace-ms", "20", "--requests", "2", "--new-connections", "1");

    public async ValueTask DisposeAsync()
    {
        await Mesh.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
