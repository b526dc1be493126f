using System.Text.Json.Nodes;
using Grpc.Core;
using Hauberk.Api.Flows;
using Hauberk.ControlPlane.Flows;

namespace Hauberk.ControlPlane.Tests.Flows;

public sealed class FlowTests : IAsyncLifetime
{
    private RunningControlPlane plane = null!;

    public async ValueTask InitializeAsync()
    {
        plane = await RunningControlPlane.StartAsync();
        await plane.AddWorkloadAsync("shop", "orders-1", "orders", "10.0.0.4");
        await plane.AddWorkloadAsync("shop", "web-1", "web", "10.0.0.5");
        await plane.RegistryCaughtUpAsync();
    }

    public ValueTask DisposeAsync() => plane.DisposeAsync();

    [Fact]
    public async Task Reported_flows_are_named_and_shown_newest_first()
    {
        using var call = Report(plane.Authority.Issue("spiffe://cluster.local/ns/shop/sa/orders"));
        await call.RequestStream.WriteAsync(new FlowBatch { Flows = { Inbound(1, "allow"), Inbound(2, "deny") } }, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(2ul, call.ResponseStream.Current.Accepted);

        var all = await FlowsAsync("");
        Assert.Equal([2, 1], all.Select(f => (int)f["id"]!));
        Assert.Equal(("shop/orders-1", "shop/web-1", "shop/orders-1"), ((string)all[0]["reporter"]!, (string)all[0]["sourceWorkload"]!, (string)all[0]["destinationWorkload"]!));
        Assert.Equal([2], (await FlowsAsync("?verdict=deny")).Select(f => (int)f["id"]!));
        Assert.Equal([2], (await FlowsAsync("?limit=1")).Select(f => (int)f["id"]!));
        Assert.Empty(await FlowsAsync("?namespace=bank"));
    }

    [Fact]
    public async Task What_a_sidecar_says_of_itself_counts_for_nothing()
    {
        using var call = Report(plane.Authority.Issue("spiffe://cluster.local/ns/shop/sa/web"));
        var flow = Inbound(1, "allow");
        (flow.Reporter, flow.SourceWorkload) = ("shop/orders-1", "bank/vault");
        await call.RequestStream.WriteAsync(new FlowBatch { Flows = { flow } }, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        // The near end of the flow is not of the reporter's identity; the one workload that is, reported it.
        var shown = Assert.Single(await FlowsAsync(""));
        Assert.Equal(("shop/web-1", "shop/web-1"), ((string)shown["reporter"]!, (string)shown["sourceWorkload"]!));
    }

    [Fact]
    public async Task Who_was_asked_for_anothers_address_is_not_taken_for_the_other()
    {
        await plane.AddWorkloadAsync("shop", "orders-2", "orders", "10.0.0.6");
        await plane.RegistryCaughtUpAsync();
        using var call = Report(plane.Authority.Issue("spiffe://cluster.local/ns/shop/sa/orders"));
        var flow = Inbound(1, "deny");
        (flow.DestinationAddress, flow.CloseReason) = ("10.0.0.6:8080", "NotThisWorkload");
        await call.RequestStream.WriteAsync(new FlowBatch { Flows = { flow } }, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        var shown = Assert.Single(await FlowsAsync(""));
        Assert.Equal(("", "shop/orders-2"), ((string)shown["reporter"]!, (string)shown["destinationWorkload"]!));
    }

    [Fact]
    public async Task Flows_are_taken_from_sidecars_with_a_certificate_only_and_in_bounded_batches()
    {
        using var anonymous = Report(null);
        var refused = await Assert.ThrowsAsync<RpcException>(() => anonymous.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        using var greedy = Report(plane.Authority.Issue("spiffe://cluster.local/ns/shop/sa/orders"));
        await greedy.RequestStream.WriteAsync(new FlowBatch { Flows = { Enumerable.Range(0, 513).Select(i => Inbound((ulong)i, "allow")) } }, Cancellation);
        refused = await Assert.ThrowsAsync<RpcException>(() => greedy.ResponseStream.MoveNext(Cancellation));
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Empty(await FlowsAsync(""));
    }

    [Fact]
    public async Task A_port_whose_application_speaks_first_stands_with_its_sidecar_until_a_client_does()
    {
        using var call = Report(plane.Authority.Issue("spiffe://cluster.local/ns/shop/sa/orders"));
        await TellAsync("10.0.0.4:25", "application", "plaintext");
        await TellAsync("10.0.0.4:3306", "application", "plaintext");
        // The ClientHello of a sidecar tells nothing of the application.
        await TellAsync("10.0.0.4:25", "client", "mtls");
        Assert.Equal("25 3306", await PortsAsync("orders-1"));
        await TellAsync("10.0.0.4:25", "client", "plaintext");
        Assert.Equal("3306", await PortsAsync("orders-1"));
        // About others a sidecar has no say.
        await TellAsync("10.0.0.5:21", "application", "plaintext");
        Assert.Empty(await PortsAsync("web-1"));

        async Task TellAsync(string destination, string speaker, string security)
        {
            var flow = Inbound(1, "allow");
            (flow.DestinationAddress, flow.FirstSpeaker, flow.Security) = (destination, speaker, security);
            await call.RequestStream.WriteAsync(new FlowBatch { Flows = { flow } }, Cancellation);
            Assert.True(await call.ResponseStream.MoveNext(Cancellation));
        }

        async Task<string> PortsAsync(string workload) =>
            string.Join(" ", JsonNode.Parse(await plane.Api.GetStringAsync("/apis/hauberk.dev/v1/sidecars", Cancellation))!["items"]!.AsArray()
                .Single(i => (string)i!["metadata"]!["name"]! == workload)!["status"]!["serverFirstPorts"]!.AsArray().Select(p => (int)p!["port"]!));
    }

    [Fact]
    public void What_one_workload_can_have_remembered_is_bounded()
    {
        var ports = new ServerFirstPorts(TimeProvider.System);
        for (var port = 1; port <= 1000; port++)
            ports.Learn(new Flow { Direction = "inbound", Verdict = "allow", Reporter = "shop/orders-1", FirstSpeaker = "application", DestinationAddress = $"10.0.0.4:{port}" });
        Assert.Equal(ServerFirstPorts.MaxPorts, ports.Of("shop/orders-1").Count);
    }

    [Fact]
    public void The_ledger_keeps_the_newest()
    {
        var ledger = new FlowLedger(3);
        for (ulong i = 1; i <= 5; i++) ledger.Add([new Flow { Id = i }]);
        Assert.Equal([5, 4, 3], ledger.Latest(10, static _ => true).Select(f => (int)f.Id));
        Assert.Equal([5, 3], ledger.Latest(10, static f => f.Id != 4).Select(f => (int)f.Id));
        Assert.Equal(5, ledger.Count);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AsyncDuplexStreamingCall<FlowBatch, FlowAcknowledgement> Report(PresentedCertificate? client) =>
        new FlowService.FlowServiceClient(plane.Channel(client)).Report(cancellationToken: Cancellation);

    private async Task<JsonObject[]> FlowsAsync(string query) =>
        [.. JsonNode.Parse(await plane.Api.GetStringAsync("/apis/hauberk.dev/v1/flows" + query, Cancellation))!["items"]!.AsArray().Select(i => i!["spec"]!.AsObject())];

    private static Flow Inbound(ulong id, string verdict) => new()
    {
        Id = id,
        Direction = "inbound",
        Verdict = verdict,
        SourceAddress = "10.0.0.5:41000",
        DestinationAddress = "10.0.0.4:8080",
        Security = "mtls",
    };
}
