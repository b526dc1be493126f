using System.Text.Json.Nodes;
using Grpc.Core;
using Hauberk.Api.Distribution;

namespace Hauberk.ControlPlane.Tests.Distribution;

public sealed class DistributionTests : IAsyncLifetime
{
    private const string Orders = "spiffe://cluster.local/ns/shop/sa/orders";
    private const string OrdersService = "shop/orders.shop.svc.cluster.local";
    private RunningControlPlane plane = null!;

    public async ValueTask InitializeAsync()
    {
        plane = await RunningControlPlane.StartAsync();
        await plane.AddWorkloadAsync("shop", "orders-1", "orders", "10.0.0.4", """{"app":"orders"}""");
        await plane.AddServiceAsync("shop", "orders", """{"app":"orders"}""");
        await plane.RegistryCaughtUpAsync();
    }

    public ValueTask DisposeAsync() => plane.DisposeAsync();

    [Fact]
    public async Task A_sidecar_is_told_whom_to_trust_what_it_is_and_where_everything_is()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.TrustBundle, "*");
        var bundle = AdsClient.Read<TrustBundle>(await sidecar.NextAsync(), "cluster.local");
        Assert.True(TrustBundleConversion.TryRead(bundle, out var trusted, out _));
        Assert.Equal(plane.Authority.Bundles.Bundles.Single().Roots.Single().ToArray(), trusted.Roots.Single().ToArray());

        await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
        var mesh = AdsClient.Read<MeshSettings>(await sidecar.NextAsync(), "default").MeshConfig;
        Assert.Equal("cluster.local", (string)JsonNode.Parse(mesh.Json.ToStringUtf8())!["spec"]!["trustDomain"]!);
        Assert.Contains("kind/MeshConfig", mesh.RequiredFeatures);

        await sidecar.SubscribeAsync(ResourceTypeUrl.WorkloadConfiguration, "shop/orders-1");
        var own = AdsClient.Read<WorkloadConfiguration>(await sidecar.NextAsync(), "shop/orders-1");
        Assert.Equal(("shop", "orders-1", "orders", "10.0.0.4"), (own.Workload.Namespace, own.Workload.Name, own.Workload.ServiceAccount, own.Workload.Addresses.Single()));
        Assert.Contains("Service", own.Policies.Select(KindOf));

        await sidecar.SubscribeAsync(ResourceTypeUrl.AddressIndexEntry, "*");
        var index = await sidecar.NextAsync();
        Assert.Equal(["workload/shop/orders-1"], AdsClient.Read<AddressIndexEntry>(index, "10.0.0.4").Destinations);
        Assert.True(AdsClient.Read<AddressIndexEntry>(index, "10.0.0.4").Meshed);
        Assert.Equal([OrdersService], AdsClient.Read<AddressIndexEntry>(index, "orders.shop.svc.cluster.local").Destinations);
        var virtualAddress = Assert.Single(index.Resources, r => r.Name.StartsWith("10.255.", StringComparison.Ordinal));
        Assert.Equal([OrdersService], AdsClient.Read<AddressIndexEntry>(index, virtualAddress.Name).Destinations);
    }

    [Fact]
    public async Task A_destination_is_given_on_demand_with_who_answers_and_how()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService, "workload/shop/orders-1");
        var response = await sidecar.NextAsync();
        var service = AdsClient.Read<Destination>(response, OrdersService);
        var endpoint = Assert.Single(service.Endpoints);
        Assert.Equal(("10.0.0.4", Orders, "istio", "PERMISSIVE"), (endpoint.Address, endpoint.Identity, endpoint.TlsMode, endpoint.DefaultServerMode));
        Assert.Equal((80u, 8080u), (service.Ports.Single().Number, endpoint.WorkloadPorts[80]));
        Assert.Equal("10.0.0.4", Assert.Single(AdsClient.Read<Destination>(response, "workload/shop/orders-1").Endpoints).Address);
    }

    [Fact]
    public async Task What_does_not_exist_is_answered_as_removed_and_comes_when_it_does()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.Destination, "shop/web.shop.svc.cluster.local");
        Assert.Equal(["shop/web.shop.svc.cluster.local"], (await sidecar.NextAsync()).RemovedResources);
        await sidecar.SubscribeAsync(ResourceTypeUrl.AddressIndexEntry, "192.0.2.9");
        Assert.Equal(["192.0.2.9"], (await sidecar.NextAsync()).RemovedResources);

        await plane.AddServiceAsync("shop", "web", """{"app":"web"}""");
        Assert.Empty((await sidecar.NextAboutAsync(ResourceTypeUrl.Destination, "shop/web.shop.svc.cluster.local")).RemovedResources);
        await plane.AddWorkloadAsync("shop", "late", "late", "192.0.2.9");
        Assert.Empty((await sidecar.NextAboutAsync(ResourceTypeUrl.AddressIndexEntry, "192.0.2.9")).RemovedResources);
        await plane.DeleteAsync("/api/v1/namespaces/shop/services/web");
        Assert.Equal(["shop/web.shop.svc.cluster.local"], (await sidecar.NextAboutAsync(ResourceTypeUrl.Destination, "shop/web.shop.svc.cluster.local")).RemovedResources);
    }

    [Fact]
    public async Task A_key_asked_for_beside_the_whole_index_is_answered_too()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.AddressIndexEntry, "*");
        await sidecar.NextAsync();
        await sidecar.SubscribeAsync(ResourceTypeUrl.AddressIndexEntry, "192.0.2.1", "10.0.0.4");
        var answer = await sidecar.NextAsync();
        Assert.Equal(["192.0.2.1"], answer.RemovedResources);
        Assert.Equal("10.0.0.4", Assert.Single(answer.Resources).Name);
    }

    [Fact]
    public async Task A_change_of_mode_reaches_the_server_and_its_clients_and_nobody_else()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.WorkloadConfiguration, "shop/orders-1");
        await sidecar.NextAsync();
        await sidecar.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
        await sidecar.NextAsync();
        await plane.AddWorkloadAsync("bank", "vault-1", "vault", "10.9.0.1");
        using var other = new AdsClient(plane.Channel(plane.Authority.Issue("spiffe://cluster.local/ns/bank/sa/vault")), "bank/vault-1");
        await plane.RegistryCaughtUpAsync();
        await other.SubscribeAsync(ResourceTypeUrl.WorkloadConfiguration, "bank/vault-1");
        await other.NextAsync();

        await plane.ApplyAsync("/apis/security.istio.io/v1/namespaces/shop/peerauthentications",
            """{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"default"},"spec":{"mtls":{"mode":"STRICT"}}}""");
        var responses = new[] { await sidecar.NextAsync(), await sidecar.NextAsync() };
        var own = AdsClient.Read<WorkloadConfiguration>(responses.Single(r => r.TypeUrl == ResourceTypeUrl.WorkloadConfiguration), "shop/orders-1");
        Assert.Contains("PeerAuthentication", own.Policies.Select(KindOf));
        var destination = AdsClient.Read<Destination>(responses.Single(r => r.TypeUrl == ResourceTypeUrl.Destination), OrdersService);
        Assert.Equal("STRICT", destination.Endpoints.Single().DefaultServerMode);
        Assert.True(await other.IsQuietAsync());
    }

    [Fact]
    public async Task A_destination_comes_with_the_rules_that_may_apply_to_this_client()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
        Assert.Empty(AdsClient.Read<Destination>(await sidecar.NextAsync(), OrdersService).Policies);
        await plane.ApplyAsync("/apis/networking.istio.io/v1/namespaces/shop/destinationrules",
            """{"apiVersion":"networking.istio.io/v1","kind":"DestinationRule","metadata":{"name":"orders"},"spec":{"host":"orders","trafficPolicy":{"tls":{"mode":"DISABLE"}}}}""");
        Assert.Equal("DestinationRule", KindOf(AdsClient.Read<Destination>(await sidecar.NextAsync(), OrdersService).Policies.Single()));
    }

    [Fact]
    public async Task After_a_restart_of_either_side_only_differences_are_sent()
    {
        using var before = Connect();
        await before.SubscribeAsync(ResourceTypeUrl.AddressIndexEntry, "*");
        await before.NextAsync();
        await before.SubscribeAsync(ResourceTypeUrl.Destination, OrdersService);
        await before.NextAsync();
        await before.SubscribeAsync(ResourceTypeUrl.WorkloadConfiguration, "shop/orders-1");
        await before.NextAsync();
        var (index, destinations, own) = (before.Held[ResourceTypeUrl.AddressIndexEntry], before.Held[ResourceTypeUrl.Destination], before.Held[ResourceTypeUrl.WorkloadConfiguration]);

        await plane.RestartAsync();
        await plane.AddWorkloadAsync("shop", "web-1", "web", "10.0.0.5");
        await plane.DeleteAsync("/api/v1/namespaces/shop/services/orders");
        await plane.RegistryCaughtUpAsync();
        using var after = Connect();
        await after.ResumeAsync(ResourceTypeUrl.AddressIndexEntry, index, "*");
        var difference = await after.NextAsync();
        Assert.Equal(["10.0.0.5"], difference.Resources.Select(r => r.Name));
        Assert.Equal(2, difference.RemovedResources.Count);
        Assert.Contains("orders.shop.svc.cluster.local", difference.RemovedResources);
        await after.ResumeAsync(ResourceTypeUrl.Destination, destinations, OrdersService);
        Assert.Equal([OrdersService], (await after.NextAsync()).RemovedResources);
        // Its Service is gone, so its own configuration is another.
        await after.ResumeAsync(ResourceTypeUrl.WorkloadConfiguration, own, "shop/orders-1");
        Assert.DoesNotContain("Service", AdsClient.Read<WorkloadConfiguration>(await after.NextAsync(), "shop/orders-1").Policies.Select(KindOf));
    }

    [Fact]
    public async Task What_is_gone_is_told_as_removed_to_who_holds_it_in_no_known_version()
    {
        using var sidecar = Connect();
        await sidecar.ResumeAsync(ResourceTypeUrl.TrustBundle, new Dictionary<string, string> { ["partner.example"] = "" }, "*");
        Assert.Equal(["partner.example"], (await sidecar.NextAsync()).RemovedResources);
        await sidecar.ResumeAsync(ResourceTypeUrl.Destination, new Dictionary<string, string> { [OrdersService + "x"] = "" }, OrdersService + "x");
        Assert.Equal([OrdersService + "x"], (await sidecar.NextAsync()).RemovedResources);
    }

    [Fact]
    public async Task Who_resumes_with_everything_is_sent_nothing()
    {
        using var before = Connect();
        await before.SubscribeAsync(ResourceTypeUrl.AddressIndexEntry, "*");
        await before.NextAsync();
        await before.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
        await before.NextAsync();
        await plane.RestartAsync();
        using var after = Connect();
        await after.ResumeAsync(ResourceTypeUrl.AddressIndexEntry, before.Held[ResourceTypeUrl.AddressIndexEntry], "*");
        await after.ResumeAsync(ResourceTypeUrl.MeshSettings, before.Held[ResourceTypeUrl.MeshSettings], "default");
        Assert.True(await after.IsQuietAsync());
    }

    [Fact]
    public async Task Nothing_more_of_a_type_is_sent_before_the_last_was_answered()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.AddressIndexEntry, "*");
        var first = await sidecar.NextAsync(acknowledge: false);
        for (var i = 1; i <= 20; i++) await plane.AddWorkloadAsync("shop", $"w{i}", "w", $"10.0.1.{i}");
        Assert.True(await sidecar.IsQuietAsync());
        await sidecar.SendAsync(new() { TypeUrl = first.TypeUrl, ResponseNonce = first.Nonce });
        var held = 0;
        while (held < 20) held += (await sidecar.NextAsync()).Resources.Count(r => r.Name.StartsWith("10.0.1.", StringComparison.Ordinal));
        Assert.Equal(20, held);
    }

    [Fact]
    public async Task A_refusal_is_kept_shown_and_not_answered_with_the_same_again()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.WorkloadConfiguration, "shop/orders-1");
        var response = await sidecar.NextAsync(acknowledge: false);
        await sidecar.SendAsync(new()
        {
            TypeUrl = response.TypeUrl,
            ResponseNonce = response.Nonce,
            ErrorDetail = new Hauberk.Api.Distribution.Status { Code = 3, Message = "cannot be decoded" },
        });
        Assert.True(await sidecar.IsQuietAsync());
        var status = await SidecarStatusAsync("orders-1");
        Assert.Contains("cannot be decoded", (string)status["problems"]![0]!, StringComparison.Ordinal);

        await plane.ApplyAsync("/apis/security.istio.io/v1/namespaces/shop/peerauthentications",
            """{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"default"},"spec":{"mtls":{"mode":"STRICT"}}}""");
        await sidecar.NextAsync();
        await Eventually.TrueAsync(async () => (await SidecarStatusAsync("orders-1"))["problems"]!.AsArray().Count == 0);
    }

    [Fact]
    public async Task What_a_sidecar_has_taken_is_shown()
    {
        using (var sidecar = Connect())
        {
            await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
            var response = await sidecar.NextAsync(acknowledge: false);
            var status = await SidecarStatusAsync("orders-1");
            Assert.Equal((true, Orders, "1.0"), ((bool)status["connected"]!, (string)status["identity"]!, (string)status["version"]!));
            Assert.False((bool)status["acknowledged"]!["MeshSettings"]!);
            await sidecar.SendAsync(new() { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });
            await Eventually.TrueAsync(async () => (bool)(await SidecarStatusAsync("orders-1"))["acknowledged"]!["MeshSettings"]!);
        }
        await Eventually.TrueAsync(async () => !(bool)(await SidecarStatusAsync("orders-1"))["connected"]!);
        Assert.StartsWith("its sidecar is not connected", (string)(await SidecarStatusAsync("orders-1"))["problems"]![0]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_ends_when_its_client_is_done()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
        await sidecar.NextAsync();
        await sidecar.CompleteAsync();
        Assert.Equal(StatusCode.OK, await sidecar.EndAsync());
    }

    [Theory]
    [InlineData("spiffe://cluster.local/ns/shop/sa/web")]
    [InlineData("spiffe://cluster.local/ns/bank/sa/orders")]
    [InlineData("spiffe://cluster.local/ns/hauberk-system/sa/control-plane")]
    [InlineData("spiffe://cluster.local/orders")]
    public async Task A_certificate_of_another_identity_gets_nothing_of_a_workload(string identity)
    {
        using var sidecar = new AdsClient(plane.Channel(plane.Authority.Issue(identity)), "shop/orders-1");
        await sidecar.SubscribeAsync(ResourceTypeUrl.WorkloadConfiguration, "shop/orders-1");
        Assert.Equal(StatusCode.PermissionDenied, await sidecar.EndAsync());
    }

    [Theory]
    [InlineData("shop/orders-2")]
    [InlineData("shop/orders-1/x")]
    [InlineData("")]
    [InlineData("shop")]
    public async Task A_workload_that_nobody_registered_gets_nothing(string node)
    {
        using var sidecar = Connect(node);
        await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
        Assert.Equal(StatusCode.PermissionDenied, await sidecar.EndAsync());
    }

    [Fact]
    public async Task Anothers_workload_configuration_is_as_if_there_were_none()
    {
        await plane.AddWorkloadAsync("shop", "web-1", "web", "10.0.0.5");
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.WorkloadConfiguration, "shop/web-1");
        Assert.Equal(["shop/web-1"], (await sidecar.NextAsync()).RemovedResources);
    }

    [Fact]
    public async Task Without_a_certificate_there_is_no_configuration()
    {
        using var sidecar = new AdsClient(plane.Channel(), "shop/orders-1");
        await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
        Assert.Equal(StatusCode.Unauthenticated, await sidecar.EndAsync());
    }

    public static TheoryData<string> BadCertificates => ["foreign root", "expired", "not yet valid"];

    [Theory, MemberData(nameof(BadCertificates))]
    public async Task A_certificate_that_does_not_verify_is_refused_in_the_handshake(string kind)
    {
        var presented = kind switch
        {
            "foreign root" => TestAuthority.SelfMade(Orders),
            "expired" => plane.Authority.Issue(Orders, TimeSpan.FromHours(-2), TimeSpan.FromHours(-1)),
            _ => plane.Authority.Issue(Orders, TimeSpan.FromHours(1), TimeSpan.FromHours(2)),
        };
        using var sidecar = new AdsClient(plane.Channel(presented), "shop/orders-1");
        var failure = await Record.ExceptionAsync(() => sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default"));
        // The connection fails, so no status of ours comes back: not even "unauthenticated".
        var code = failure is RpcException refused ? refused.StatusCode : await sidecar.EndAsync();
        Assert.True(code is StatusCode.Unavailable or StatusCode.Internal, $"{code}");
        Assert.True(await plane.MetricAsync("handshakes_refused_total") >= 1);
    }

    [Fact]
    public async Task A_stream_ends_with_its_certificate()
    {
        using var sidecar = new AdsClient(plane.Channel(plane.Authority.Issue(Orders, endsIn: TimeSpan.FromSeconds(3))), "shop/orders-1");
        await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
        await sidecar.NextAsync();
        Assert.Equal(StatusCode.Unauthenticated, await sidecar.EndAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{"spec":{"serviceAccount":"web"}}""")]
    public async Task A_stream_ends_when_its_workload_is_gone_or_anothers(string? patch)
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync(ResourceTypeUrl.MeshSettings, "default");
        await sidecar.NextAsync();
        const string Path = "/apis/networking.istio.io/v1/namespaces/shop/workloadentries/orders-1";
        if (patch is null) await plane.DeleteAsync(Path);
        else await plane.PatchAsync(Path, patch);
        Assert.Equal(StatusCode.PermissionDenied, await sidecar.EndAsync());
    }

    [Fact]
    public async Task An_unknown_type_and_an_endless_name_are_refused()
    {
        using var sidecar = Connect();
        await sidecar.SubscribeAsync("type.googleapis.com/envoy.config.cluster.v3.Cluster", "*");
        Assert.Equal(StatusCode.InvalidArgument, await sidecar.EndAsync());
        using var greedy = Connect();
        await greedy.SubscribeAsync(ResourceTypeUrl.Destination, new string('x', 4096));
        Assert.Equal(StatusCode.ResourceExhausted, await greedy.EndAsync());
    }

    private AdsClient Connect(string node = "shop/orders-1") => new(plane.Channel(plane.Authority.Issue(Orders)), node);

    private async Task<JsonObject> SidecarStatusAsync(string name) =>
        JsonNode.Parse(await plane.Api.GetStringAsync("/apis/hauberk.dev/v1/sidecars"))!["items"]!.AsArray()
            .Single(i => (string)i!["metadata"]!["name"]! == name)!["status"]!.AsObject();

    private static string KindOf(PolicyResource policy) => (string)JsonNode.Parse(policy.Json.ToStringUtf8())!["kind"]!;
}
