using System.Net;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Hauberk.Api.Distribution;
using Hauberk.ControlPlane.Distribution;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Observability;
using Hauberk.ControlPlane.Registry;
using Hauberk.ControlPlane.Store;
using Hauberk.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hauberk.ControlPlane.Tests.Distribution;

/// <summary>Distribution alone, over a store that takes nothing any more.</summary>
public sealed class FailingStoreTests : IDisposable
{
    private static readonly TrustDomain Mesh = TrustDomain.Parse("cluster.local");
    private static readonly ResourceKey Orders = new("networking.istio.io", "workloadentries", "shop", "orders-1");
    private const string Entry =
        """{"apiVersion":"networking.istio.io/v1","kind":"WorkloadEntry","metadata":{"name":"orders-1","namespace":"shop"},"""
        + """ "spec":{"address":"10.0.0.4","serviceAccount":"orders"}}""";

    private readonly string directory = Directory.CreateTempSubdirectory("hauberk-failing-store-").FullName;

    [Fact]
    public async Task A_stream_ends_as_it_would_although_what_its_sidecar_says_of_itself_cannot_be_kept()
    {
        await using var store = SqliteStore.Open(Path.Combine(directory, "store.db"));
        await store.WriteAsync(Orders, Encoding.UTF8.GetBytes(Entry), 0, TestContext.Current.CancellationToken);
        await using var registry = new MeshRegistry(store, Mesh, TimeProvider.System, NullLogger<MeshRegistry>.Instance);
        await store.DisposeAsync();
        await using var host = await HostAsync(registry, store);
        using var channel = GrpcChannel.ForAddress($"http://127.0.0.1:{host.Port}");
        using var sidecar = new AdsClient(channel, "shop/orders-1", NodeMetadata.Tunnels);
        await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
        await sidecar.NextAsync();
        await sidecar.CompleteAsync();
        Assert.Equal(StatusCode.OK, await sidecar.EndAsync());
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static Task<ListenerHost> HostAsync(MeshRegistry registry, SqliteStore store)
    {
        var peer = new VerifiedPeer(SpiffeId.ForServiceAccount(Mesh, "shop", "orders"), TimeProvider.System.GetUtcNow().AddHours(1));
        var sidecars = new ConnectedSidecars();
        return ListenerHost.StartAsync(
            IPAddress.Loopback, 0, NullLoggerFactory.Instance, static _ => { },
            port =>
            {
                port.Protocols = HttpProtocols.Http2;
                port.Use(next => connection =>
                {
                    connection.Items[VerifiedPeer.ItemKey] = peer;
                    return next(connection);
                });
            },
            services => services.AddSingleton(registry).AddSingleton(new ResourceSource(TrustBundleSet.Of())).AddSingleton(sidecars)
                .AddSingleton(new WorkloadEntryStatus(store, sidecars, TimeProvider.System)).AddSingleton(TimeProvider.System)
                .AddSingleton(new ControlPlaneMetrics()).AddGrpc(),
            static app => app.MapGrpcService<DiscoveryService>());
    }
}
