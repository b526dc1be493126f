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
