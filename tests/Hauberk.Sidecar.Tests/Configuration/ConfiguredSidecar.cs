using Google.Protobuf;
using Hauberk.Api.Distribution;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Policy.Reading;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Tests.ControlPlane;
using Hauberk.Sidecar.Tests.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hauberk.Sidecar.Tests.Configuration;

/// <summary>The configuration side of a sidecar, running against a control plane of the tests' own.</summary>
internal sealed class ConfiguredSidecar : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ControlPlaneConnections connections;
    private readonly Task running;

    public ConfiguredSidecar(TestMesh mesh, TestControlPlane controlPlane, string stateDirectory, TimeProvider? time = null)
    {
        var trustDomain = TrustDomain.Parse(TestMesh.TrustDomainName);
        var tls = new ControlPlaneTls(trustDomain, () => mesh.Bundles, socketMark: null, TimeProvider.System);
        var now = TimeProvider.System.GetUtcNow();
        Certificates.Swap(TestWorkload.Certificate(mesh, now.AddMinutes(-1), now.AddHours(1)));
        connections = new ControlPlaneConnections(controlPlane.JoinFile.ControlPlaneUri, tls, Certificates);
        Client = new SnapshotClient(
            TestControlPlane.Workload, tunnelPort: SidecarPorts.Tunnel, new HeldConfiguration(TestControlPlane.Workload, trustDomain), Snapshots,
            new SnapshotFile(StateDirectory.Open(stateDirectory), TestControlPlane.Workload), connections, time ?? TimeProvider.System,
            NullLogger<SnapshotClient>.Instance);
        Client.Load();
        running = Client.RunAsync(Loops, stop.Token);
    }

    public CertificateHolder Certificates { get; } = new();

    public SnapshotHolder Snapshots { get; } = new();

    public SnapshotClient Client { get; }

    public BackgroundLoops Loops { get; } = new(TimeProvider.System, NullLogger<BackgroundLoops>.Instance);

    public SidecarSnapshot Snapshot => Snapshots.Current ?? throw new InvalidOperationException("not configured");

    public Task UntilConfiguredAsync() => Until.TrueAsync(() => Snapshots.Current is not null, "a first configuration");

    public Task UntilAsync(Func<SidecarSnapshot, bool> condition) =>
        Until.TrueAsync(() => Snapshots.Current is { } snapshot && condition(snapshot), "the configuration");

    /// <summary>What every sidecar is told: whom to trust, the mesh, itself, and its own address.</summary>
    public static void DescribeMesh(TestMesh mesh, TestDistribution distribution, string policies = "")
    {
        distribution.Set(TestMesh.TrustDomainName, TestMesh.Bundle(TestMesh.TrustDomainName, mesh.Root).ToMessage());
        distribution.Set("default", new MeshSettings { MeshConfig = Policy("{apiVersion: hauberk.dev/v1, kind: MeshConfig, metadata: {name: default}, spec: {}}") });
        distribution.Set(TestControlPlane.Workload, Workload(policies));
        distribution.Set("10.0.0.1", new Api.Distribution.AddressIndexEntry { Key = "10.0.0.1", Destinations = { "workload/shop/web-1" }, Meshed = true });
    }

    public static WorkloadConfiguration Workload(params IEnumerable<string> policies)
    {
        var message = new WorkloadConfiguration
        {
            Workload = new Workload { Namespace = "shop", Name = "web-1", ServiceAccount = "web", Addresses = { "10.0.0.1" } },
        };
        message.Policies.AddRange(policies.Where(static p => p.Length > 0).Select(Policy));
        return message;
    }

    public static PolicyResource Policy(string yaml)
    {
        var read = ResourceReader.Read(yaml, "test");
        return new PolicyResource { Json = ByteString.CopyFrom(ResourceJson.Write(read.Resources.Single().Document).Span) };
    }

    /// <summary>A service with one meshed endpoint, and its address.</summary>
    public static void DescribeOrders(TestDistribution distribution, bool withDetails = true)
    {
        distribution.Set("10.255.0.1", new Api.Distribution.AddressIndexEntry { Key = "10.255.0.1", Destinations = { OrdersName }, Meshed = true });
        if (withDetails)
            distribution.Set(OrdersName, Orders());
    }

    public const string OrdersName = "shop/orders.shop.svc.cluster.local";

    public static Destination Orders() => new()
    {
        Host = "orders.shop.svc.cluster.local",
        Namespace = "shop",
        Ports = { new Api.Distribution.DestinationPort { Number = 80, Name = "http", Protocol = "http" } },
        Endpoints =
        {
            new Endpoint
            {
                Namespace = "shop", Workload = "orders-1", Address = "10.0.0.2", Identity = "spiffe://cluster.local/ns/shop/sa/orders", TlsMode = "istio",
                DefaultServerMode = "STRICT", WorkloadPorts = { [80] = 8080 },
            },
        },
    };

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        connections.Dispose();
        Client.Dispose();
        stop.Dispose();
    }
}
