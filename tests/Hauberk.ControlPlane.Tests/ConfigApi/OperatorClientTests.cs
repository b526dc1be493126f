using Hauberk.Api.ConfigApi;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Tests.ConfigApi;

/// <summary>The client that the command line uses, against the real server.</summary>
public sealed class OperatorClientTests : IAsyncLifetime
{
    private const string Mesh = """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
        ---
        {apiVersion: v1, kind: Service, metadata: {name: orders, namespace: shop}, spec: {selector: {app: orders}, ports: [{name: http, port: 80}]}}
        ---
        {apiVersion: networking.istio.io/v1, kind: WorkloadEntry, metadata: {name: orders-1, namespace: shop}, spec: {address: 10.0.0.4, serviceAccount: orders, labels: {app: orders}}}
        ---
        {apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: {name: bank, namespace: shop}, spec: {hosts: [bank.example], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}}
        ---
        {apiVersion: networking.istio.io/v1, kind: WorkloadGroup, metadata: {name: orders, namespace: shop}, spec: {template: {serviceAccount: orders}}}
        ---
        {apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: orders, namespace: shop}, spec: {host: orders, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}}
        ---
        {apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: default, namespace: shop}, spec: {mtls: {mode: STRICT}}}
        ---
        {apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: web, namespace: shop}, spec: {rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]}]}}
        ---
        {apiVersion: hauberk.dev/v1, kind: MeshConfig, metadata: {name: default}, spec: {defaultAuthorization: Deny}}
        """;

    private RunningControlPlane plane = null!;
    private ConfigApiClient client = null!;

    public async ValueTask InitializeAsync()
    {
        plane = await RunningControlPlane.StartAsync();
        Assert.True(Kubeconfig.TryLoad(plane.Kubeconfig, out var kubeconfig, out var problem), problem?.ToString());
        client = new ConfigApiClient(kubeconfig, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await plane.DisposeAsync();
    }

    [Fact]
    public async Task Every_kind_can_be_applied_and_applied_again_without_a_change()
    {
        var read = ResourceReader.Read(Mesh, "mesh.yaml");
        Assert.False(read.HasErrors, string.Join("; ", read.Problems));
        foreach (var resource in read.Resources) Assert.Equal((resource.Kind, ApplyOutcome.Created), (resource.Kind, await ApplyAsync(resource)));
        foreach (var resource in read.Resources) Assert.Equal((resource.Kind, ApplyOutcome.Unchanged), (resource.Kind, await ApplyAsync(resource)));
        foreach (var kind in ResourceKinds.All.Where(k => k.IsStored && k.Name != "RequestAuthentication"))
            Assert.Single((await client.ListAsync(kind, null, Cancellation)).Value!.Items);
    }

    [Fact]
    public async Task A_watch_a_token_and_the_sidecars_can_be_had()
    {
        var services = ResourceKinds.Find("Service")!;
        var version = (await client.ListAsync(services, "shop", Cancellation)).Value!.ResourceVersion;
        foreach (var resource in ResourceReader.Read(Mesh, "mesh.yaml").Resources) await ApplyAsync(resource);
        await foreach (var change in client.WatchAsync(services, "shop", version, Cancellation))
        {
            Assert.Equal(WatchEventType.Added, change.Value!.Type);
            break;
        }
        await plane.RegistryCaughtUpAsync();
        var joinFile = await client.CreateJoinTokenAsync("shop", "orders", "orders-1", TimeSpan.FromMinutes(5), Cancellation);
        Assert.Equal("shop/orders-1", joinFile.Value!.Workload);
        Assert.False(Assert.Single((await client.ListSidecarsAsync(Cancellation)).Value).IsConnected);
        Assert.Empty((await client.ListFlowsAsync(new FlowQuery(), Cancellation)).Value);
        Assert.Matches(@"^v?\d+\.\d+", (await client.GetVersionAsync(Cancellation)).Value!.Version);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<ApplyOutcome> ApplyAsync(Resource resource)
    {
        var applied = await client.ApplyAsync(resource, Cancellation);
        Assert.True(applied.IsSuccess, applied.Problem?.ToString());
        return applied.Value;
    }
}
