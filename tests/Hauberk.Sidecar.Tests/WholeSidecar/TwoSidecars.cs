using System.Net;
using System.Net.Sockets;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Net;
using Hauberk.Policy.Decision;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>"web" calls the service of "orders": an application and a sidecar at each end.</summary>
internal sealed class TwoSidecars : IAsyncDisposable
{
    public static readonly IPEndPoint OrdersService = IPEndPoint.Parse("10.255.0.1:80");

    private long heldAtStart;

    private readonly bool tunnels;

    private TwoSidecars(TestMesh mesh, TestSidecar web, TestSidecar orders, TestApplication application, bool tunnels)
    {
        (Mesh, Web, Orders, Application, this.tunnels) = (mesh, web, orders, application, tunnels);
    }

    public TestMesh Mesh { get; }

    public TestSidecar Web { get; }

    public TestSidecar Orders { get; }

    public TestApplication Application { get; }

    /// <summary>Both certified and configured; whatever is not said is Istio's default.</summary>
    /// <param name="tunnels">"web" knows that "orders" takes tunnels.</param>
    public static async Task<TwoSidecars> StartAsync(
        string policies = "",
        ServerMode mode = ServerMode.Permissive,
        Func<Socket, Task>? serve = null,
        Func<DataPlaneOptions, DataPlaneOptions>? change = null,
        int loops = 1,
        bool tunnels = false)
    {
        var heldAtStart = NativeResources.Outstanding;
        var mesh = new TestMesh(TimeProvider.System.GetUtcNow());
        var web = await TestSidecar.StartAsync(mesh, "web", [OrdersService], loops: loops);
        var orders = await TestSidecar.StartAsync(mesh, "orders", change: change, loops: loops);
        var application = TestApplication.Start(new IPEndPoint(orders.ApplicationAddress, TestSidecar.Port), serve ?? TestApplication.EchoAsync);
        var two = new TwoSidecars(mesh, web, orders, application, tunnels) { heldAtStart = heldAtStart };
        web.Certify();
        orders.Certify();
        orders.Configure(policies);
        web.Configure(destinations: [two.OrdersAt(mode)]);
        return two;
    }

    public TestDestination OrdersAt(ServerMode mode) => new(OrdersService, Orders.Endpoint(mode) with { TunnelPort = tunnels ? SidecarPorts.Tunnel : null });

    /// <summary>The program "web" calls the service.</summary>
    public Task<TestClient> CallAsync() => TestClient.ConnectAsync(Web.OutboundFor(OrdersService));

    /// <summary>A program with no sidecar calls the workload.</summary>
    public Task<TestClient> CallDirectlyAsync() => TestClient.ConnectAsync(Orders.Inbound);

    public async ValueTask DisposeAsync()
    {
        await Web.DisposeAsync();
        await Orders.DisposeAsync();
        await Application.DisposeAsync();
        Assert.Equal(heldAtStart, NativeResources.Outstanding);
    }
}
