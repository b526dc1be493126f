using System.Net;
using Google.Protobuf;
using Hauberk.Api.Distribution;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Tests.ControlPlane;
using Hauberk.Sidecar.Tests.Identity;

namespace Hauberk.Sidecar.Tests.Configuration;

public sealed class SnapshotClientTests : IAsyncLifetime
{
    private const string Strict = "{apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: {name: strict, namespace: shop}, spec: {mtls: {mode: STRICT}}}";
    private const string DenyAll = "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: none, namespace: shop}, spec: {}}";
    private static readonly IPAddress OrdersAddress = IPAddress.Parse("10.255.0.1");

    private readonly TemporaryDirectory directory = new();
    private readonly TestMesh mesh = new(TimeProvider.System.GetUtcNow());
    private TestControlPlane controlPlane = null!;

    private TestDistribution Distribution => controlPlane.Distribution;

    public async ValueTask InitializeAsync()
    {
        controlPlane = await TestControlPlane.StartAsync(mesh);
        ConfiguredSidecar.DescribeMesh(mesh, Distribution);
    }

    [Fact]
    public async Task Nothing_is_configured_until_everything_needed_has_come()
    {
        Distribution.Remove(ResourceTypeUrl.MeshSettings, "default");
        await using var sidecar = Start();
        await Until.TrueAsync(() => sidecar.Client.Accepted >= 3, "the other three");
        Assert.Null(sidecar.Snapshots.Current);
        Assert.Equal(LookupRefusal.NoConfiguration, (await LookupAsync(sidecar, OrdersAddress)).Refusal);

        ConfiguredSidecar.DescribeMesh(mesh, Distribution);
        await sidecar.UntilConfiguredAsync();
        Assert.Equal("web-1", sidecar.Snapshot.Workload.Name);
        Assert.True(sidecar.Snapshot.TrustBundles.TryGet(TrustDomain.Parse("cluster.local"), out _));
        Assert.True(sidecar.Snapshot.AddressIndex.TryFind(IPAddress.Parse("10.0.0.1"), out _));
    }

    [Fact]
    public async Task A_changed_policy_makes_a_new_snapshot()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        Assert.Equal(ServerMode.Permissive, sidecar.Snapshot.Policy.ModeOf(80));
        Distribution.Set(TestControlPlane.Workload, ConfiguredSidecar.Workload(Strict));
        await sidecar.UntilAsync(static s => s.Policy.ModeOf(80) == ServerMode.Strict);
    }

    [Fact]
    public async Task What_cannot_be_decoded_is_refused_and_the_last_good_one_goes_on()
    {
        Distribution.Set(TestControlPlane.Workload, ConfiguredSidecar.Workload(Strict));
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        Distribution.Set(ResourceTypeUrl.WorkloadConfiguration, TestControlPlane.Workload, ByteString.CopyFrom(0xff, 0xff, 0xff));
        await Until.TrueAsync(() => sidecar.Client.Refused == 1, "a refusal");
        await Until.TrueAsync(() => Nacks(ResourceTypeUrl.WorkloadConfiguration) == 1, "the refusal's arrival");
        Assert.Equal(ServerMode.Strict, sidecar.Snapshot.Policy.ModeOf(80));

        Distribution.Set(TestControlPlane.Workload, ConfiguredSidecar.Workload(Strict, DenyAll));
        await sidecar.UntilAsync(static s => !s.Policy.Authorize(Plaintext).IsAllowed);
        Assert.Equal(1, Nacks(ResourceTypeUrl.WorkloadConfiguration));
    }

    [Fact]
    public async Task The_configuration_of_another_workload_is_refused()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        var other = ConfiguredSidecar.Workload(DenyAll);
        other.Workload.Name = "orders-1";
        Distribution.Set(TestControlPlane.Workload, other);
        await Until.TrueAsync(() => Nacks(ResourceTypeUrl.WorkloadConfiguration) == 1, "a refusal");
        Assert.True(sidecar.Snapshot.Policy.Authorize(Plaintext).IsAllowed);
    }

    [Fact]
    public async Task The_roots_of_its_own_trust_domain_cannot_be_taken_away()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        Distribution.Remove(ResourceTypeUrl.TrustBundle, TestMesh.TrustDomainName);
        await Until.TrueAsync(() => Nacks(ResourceTypeUrl.TrustBundle) == 1, "a refusal");
        Assert.True(sidecar.Snapshot.TrustBundles.TryGet(TrustDomain.Parse("cluster.local"), out _));
    }

    [Fact]
    public async Task A_resource_that_needs_an_unknown_feature_denies_what_it_governs_and_is_reported()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        Assert.True(sidecar.Snapshot.Policy.Authorize(Plaintext).IsAllowed);
        var message = ConfiguredSidecar.Workload(Strict);
        message.Policies[0].RequiredFeatures.Add("AuthorizationPolicy/of-the-future");
        Distribution.Set(TestControlPlane.Workload, message);
        await sidecar.UntilAsync(static s => !s.Policy.Authorize(Plaintext).IsAllowed);

        Assert.Equal(DecisionReason.UnknownFeature, sidecar.Snapshot.Policy.Authorize(Plaintext).Reason);
        var unsupported = Assert.Single(sidecar.Client.Unsupported);
        Assert.Equal(("PeerAuthentication", "strict"), (unsupported.Kind, unsupported.Name));
        Assert.Contains("of-the-future", unsupported.Why, StringComparison.Ordinal);
        Assert.Equal(0, Nacks(ResourceTypeUrl.WorkloadConfiguration));
    }

    [Fact]
    public async Task A_policy_that_cannot_be_read_denies_what_it_governs()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        var message = ConfiguredSidecar.Workload();
        message.Policies.Add(new PolicyResource { Json = ByteString.CopyFromUtf8("{\"kind\":\"AuthorizationPolicy\"") });
        Distribution.Set(TestControlPlane.Workload, message);
        await sidecar.UntilAsync(static s => s.Policy.Authorize(Plaintext).Reason == DecisionReason.UnknownFeature);
    }

    [Fact]
    public async Task A_mesh_config_that_cannot_be_enforced_denies_everything_in_both_directions()
    {
        ConfiguredSidecar.DescribeOrders(Distribution);
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        await LookupAsync(sidecar, OrdersAddress);
        var settings = new MeshSettings { MeshConfig = new PolicyResource { Json = ByteString.CopyFromUtf8("{}"), RequiredFeatures = { "MeshConfig/of-the-future" } } };
        Distribution.Set("default", settings);
        await sidecar.UntilAsync(static s => s.Policy.Authorize(Plaintext).Reason == DecisionReason.UnknownFeature);
        Assert.Equal(ClientTls.Refused, DecideTls((await LookupAsync(sidecar, OrdersAddress)).Destinations[0]).Tls);
    }

    [Fact]
    public async Task Details_are_asked_for_when_they_are_first_needed()
    {
        ConfiguredSidecar.DescribeOrders(Distribution);
        await using var sidecar = Start();
        await sidecar.UntilAsync(static s => s.AddressIndex.Count == 2);
        Assert.Empty(sidecar.Snapshot.Destinations);
        Assert.Empty(Distribution.RequestsOf(ResourceTypeUrl.Destination));

        var lookup = await LookupAsync(sidecar, OrdersAddress);
        var orders = Assert.Single(lookup.Destinations);
        Assert.Equal(LookupOutcome.Found, lookup.Outcome);
        Assert.Equal(8080, Assert.Single(orders.Endpoints).WorkloadPort(80));
        Assert.Equal(ClientTls.MeshMutual, DecideTls(orders).Tls);
        Assert.True(orders.Policy.NamingOf(80).Accept(SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/orders")).IsAccepted);
        Assert.False(orders.Policy.NamingOf(80).Accept(SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/web")).IsAccepted);
        Assert.True(LookupAsync(sidecar, OrdersAddress).IsCompleted);
    }

    [Fact]
    public async Task A_meshed_address_without_details_is_refused_and_never_external()
    {
        ConfiguredSidecar.DescribeOrders(Distribution, withDetails: false);
        await using var sidecar = Start();
        await sidecar.UntilAsync(static s => s.AddressIndex.Count == 2);
        var lookup = await LookupAsync(sidecar, OrdersAddress);
        Assert.Equal((LookupOutcome.Refused, LookupRefusal.DetailsUnavailable), (lookup.Outcome, lookup.Refusal));

        ConfiguredSidecar.DescribeOrders(Distribution);
        await sidecar.UntilAsync(static s => s.Destinations.Count == 1);
        Assert.Equal(LookupOutcome.Found, (await LookupAsync(sidecar, OrdersAddress)).Outcome);
    }

    [Fact]
    public async Task What_nobody_foresaw_over_a_response_ends_the_stream_and_the_next_one_is_told_all_of_it_again()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        await Until.TrueAsync(() => sidecar.Client.IsConnected, "a live stream");
        var swaps = 0;
        sidecar.Snapshots.Changed += _ =>
        {
            if (Interlocked.Increment(ref swaps) == 1)
                throw new InvalidOperationException("a fault of the test");
        };
        Distribution.Set(TestControlPlane.Workload, ConfiguredSidecar.Workload(Strict));
        await Until.TrueAsync(() => Distribution.Streams == 2 && Volatile.Read(ref swaps) > 1, "a swap by the second stream");
        Assert.Equal(1, sidecar.Loops.Failures);
        Assert.Contains(
            Distribution.RequestsOf(ResourceTypeUrl.WorkloadConfiguration), static r => r.InitialResourceVersions.GetValueOrDefault(TestControlPlane.Workload) == "");
        Distribution.Set(TestControlPlane.Workload, ConfiguredSidecar.Workload(Strict, DenyAll));
        await sidecar.UntilAsync(static s => !s.Policy.Authorize(Plaintext).IsAllowed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_policy_that_failed_to_be_taken_in_denies_everything_until_it_is(int faults)
    {
        ConfiguredSidecar.DescribeOrders(Distribution);
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        await LookupAsync(sidecar, OrdersAddress);
        var seen = new List<(bool Inbound, ClientTls Outbound)>();
        sidecar.Snapshots.Changed += snapshot =>
        {
            seen.Add((snapshot.Policy.Authorize(Plaintext).IsAllowed, DecideTls(snapshot.Destinations[ConfiguredSidecar.OrdersName]).Tls));
            if (snapshot.Policy.ModeOf(80) == ServerMode.Strict && faults-- > 0)
                throw new InvalidOperationException("a fault of the test");
        };
        Distribution.Set(TestControlPlane.Workload, ConfiguredSidecar.Workload(Strict));
        await Until.TrueAsync(() => faults < 0, "the policy, taken in");
        await Until.TrueAsync(() => sidecar.Snapshot.Policy.Authorize(Plaintext).IsAllowed, "an end of the denial");
        Assert.Equal((true, ClientTls.MeshMutual), seen[0]);
        Assert.Equal((false, ClientTls.Refused), seen[1]);
        Assert.DoesNotContain(sidecar.Client.Unsupported, static u => u.Kind == "WorkloadConfiguration");
    }

    [Fact]
    public async Task Details_that_cannot_be_read_are_refused_with_that_reason()
    {
        ConfiguredSidecar.DescribeOrders(Distribution);
        var broken = ConfiguredSidecar.Orders();
        broken.Endpoints[0].DefaultServerMode = "LENIENT";
        Distribution.Set(ConfiguredSidecar.OrdersName, broken);
        await using var sidecar = Start();
        await sidecar.UntilAsync(static s => s.AddressIndex.Count == 2);
        Assert.Equal(LookupRefusal.DetailsUnreadable, (await LookupAsync(sidecar, OrdersAddress)).Refusal);
    }

    [Fact]
    public async Task An_address_outside_the_index_is_asked_for_once_and_external_from_then_on()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        await Until.TrueAsync(() => sidecar.Client.IsConnected, "a live stream");
        var outside = IPAddress.Parse("192.0.2.1");
        Assert.Equal(LookupOutcome.External, (await LookupAsync(sidecar, outside)).Outcome);
        Assert.Equal(LookupOutcome.External, (await LookupAsync(sidecar, outside)).Outcome);
        Assert.Single(Distribution.RequestsOf(ResourceTypeUrl.AddressIndexEntry), static r => r.ResourceNamesSubscribe.Contains("192.0.2.1"));
        await Until.TrueAsync(
            () => Distribution.RequestsOf(ResourceTypeUrl.AddressIndexEntry).Any(static r => r.ResourceNamesUnsubscribe.Contains("192.0.2.1")), "the end of the question");

        // Joining the mesh later is heard of without asking.
        Distribution.Set("192.0.2.1", new Api.Distribution.AddressIndexEntry { Key = "192.0.2.1", Destinations = { "workload/shop/late" }, Meshed = true });
        await sidecar.UntilAsync(s => s.AddressIndex.TryFind(outside, out _));
        Assert.Equal(LookupOutcome.Refused, (await LookupAsync(sidecar, outside)).Outcome);
    }

    [Fact]
    public async Task A_control_plane_that_does_not_answer_does_not_break_calls_to_the_outside()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        await Until.TrueAsync(() => sidecar.Client.IsConnected, "a live stream");
        Distribution.IsSilent = true;
        Assert.Equal(LookupOutcome.External, (await LookupAsync(sidecar, IPAddress.Parse("192.0.2.1"))).Outcome);
        Assert.Equal(LookupOutcome.Refused, (await LookupAsync(sidecar, IPAddress.Parse("10.0.0.1"))).Outcome);
    }

    [Fact]
    public async Task A_new_stream_says_what_is_held_and_is_told_only_the_difference()
    {
        ConfiguredSidecar.DescribeOrders(Distribution);
        await using var sidecar = Start();
        await sidecar.UntilAsync(static s => s.AddressIndex.Count == 2);
        await LookupAsync(sidecar, OrdersAddress);
        await controlPlane.StopAsync();
        await Until.TrueAsync(() => !sidecar.Client.IsConnected, "the loss of the stream");
        Assert.Equal(LookupOutcome.Found, (await LookupAsync(sidecar, OrdersAddress)).Outcome);
        Assert.Equal(LookupOutcome.External, (await LookupAsync(sidecar, IPAddress.Parse("192.0.2.9"))).Outcome);
        Assert.Equal(LookupOutcome.Refused, (await LookupAsync(sidecar, IPAddress.Parse("10.0.0.1"))).Outcome);
        var before = Distribution.Requests.Count;
        var accepted = sidecar.Client.Accepted;

        await controlPlane.ListenAsync();
        await Until.TrueAsync(() => sidecar.Client.IsConnected && sidecar.Client.Accepted >= accepted + 2, "the answers of a new stream");
        var resumed = Distribution.Requests.Skip(before).ToList();
        Assert.Equal(TestControlPlane.Workload, resumed[0].Node?.Id);
        Assert.Contains(resumed, static r => r.TypeUrl == ResourceTypeUrl.WorkloadConfiguration && r.InitialResourceVersions.ContainsKey("shop/web-1"));
        Assert.Contains(resumed, static r => r.TypeUrl == ResourceTypeUrl.Destination && r.InitialResourceVersions.ContainsKey(ConfiguredSidecar.OrdersName));
        // Nothing had changed: it was told that what it asked for and does not hold is not there, and nothing else.
        Assert.Equal(accepted + 2, sidecar.Client.Accepted);
    }

    [Fact]
    public async Task A_restart_without_a_control_plane_takes_up_where_it_stopped()
    {
        ConfiguredSidecar.DescribeOrders(Distribution);
        Distribution.Set(TestControlPlane.Workload, ConfiguredSidecar.Workload(Strict));
        await using (var sidecar = Start())
        {
            await sidecar.UntilAsync(static s => s.AddressIndex.Count == 2);
            await LookupAsync(sidecar, OrdersAddress);
        }
        await controlPlane.StopAsync();
        await using var restarted = Start();
        Assert.Equal(ServerMode.Strict, restarted.Snapshot.Policy.ModeOf(80));
        Assert.Equal(LookupOutcome.Found, (await LookupAsync(restarted, OrdersAddress)).Outcome);
        Assert.Equal(LookupOutcome.Refused, (await LookupAsync(restarted, IPAddress.Parse("10.0.0.1"))).Outcome);
    }

    [Fact]
    public async Task A_damaged_file_counts_as_none()
    {
        await using (var sidecar = Start())
            await sidecar.UntilConfiguredAsync();
        await controlPlane.StopAsync();
        var path = directory.At($"state/{SnapshotFile.Name}");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        for (var at = 0; at < bytes.Length; at += 41)
        {
            bytes[at] ^= 1;
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
            bytes[at] ^= 1;
            await using var restarted = Start();
            Assert.Null(restarted.Snapshots.Current);
        }
    }

    [Fact]
    public async Task A_renewed_certificate_means_a_new_connection_with_it()
    {
        await using var sidecar = Start();
        await sidecar.UntilConfiguredAsync();
        await Until.TrueAsync(() => sidecar.Client.IsConnected, "a live stream");
        var now = TimeProvider.System.GetUtcNow();
        sidecar.Certificates.Swap(TestWorkload.Certificate(mesh, now.AddMinutes(-1), now.AddHours(2)));
        await Until.TrueAsync(() => Distribution.Streams == 2 && sidecar.Client.IsConnected, "the second stream");
        Assert.Equal(2, controlPlane.Clients.Distinct().Count());
        Assert.DoesNotContain(null, controlPlane.Clients);
    }

    [Fact]
    public async Task A_destination_that_nobody_calls_any_more_is_let_go_and_one_in_use_is_kept()
    {
        ConfiguredSidecar.DescribeOrders(Distribution);
        var time = new ManualTime();
        await using var sidecar = Start(time);
        await sidecar.UntilAsync(static s => s.AddressIndex.Count == 2);
        await LookupAsync(sidecar, OrdersAddress);
        sidecar.Client.HostsInUse = static () => Task.FromResult<IReadOnlySet<string>>(new HashSet<string> { "orders.shop.svc.cluster.local" });
        time.Advance(SnapshotClient.UnusedAfter);
        await sidecar.Client.ForgetUnusedAsync();
        Assert.Single(sidecar.Snapshot.Destinations);

        sidecar.Client.HostsInUse = static () => Task.FromResult<IReadOnlySet<string>>(new HashSet<string>());
        await sidecar.Client.ForgetUnusedAsync();
        Assert.Empty(sidecar.Snapshot.Destinations);
        await Until.TrueAsync(
            () => Distribution.RequestsOf(ResourceTypeUrl.Destination).Any(static r => r.ResourceNamesUnsubscribe.Contains(ConfiguredSidecar.OrdersName)), "the unsubscription");
        Assert.Equal(LookupOutcome.Found, (await LookupAsync(sidecar, OrdersAddress)).Outcome);
    }

    public async ValueTask DisposeAsync()
    {
        await controlPlane.DisposeAsync();
        directory.Dispose();
    }

    private static ConnectionFacts Plaintext => new(null, IPAddress.Parse("10.9.9.9"), IPAddress.Parse("10.0.0.1"), 80, null);

    private static ClientTlsDecision DecideTls(DestinationSnapshot destination) => destination.Policy.DecideTls(new ClientTlsFacts(
        destination.Host, destination.Namespace, 80, null, destination.IsExternal, destination.Endpoints[0].HasSidecar, destination.Endpoints[0].ModeAt(8080)));

    private ConfiguredSidecar Start(TimeProvider? time = null) => new(mesh, controlPlane, directory.At("state"), time);

    private int Nacks(string typeUrl) => Distribution.RequestsOf(typeUrl).Count(static r => r.ErrorDetail is not null);

    private static async Task<DestinationLookup> LookupAsync(ConfiguredSidecar sidecar, IPAddress address) =>
        await sidecar.Client.Destinations.LookupAsync(address, TestContext.Current.CancellationToken);
}
