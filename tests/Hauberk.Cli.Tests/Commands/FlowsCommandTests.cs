using System.Globalization;
using System.Text.Json;
using Hauberk.Api.Flows;
using Hauberk.Api.Tests.ConfigApi;
using Hauberk.Cli.Output;

namespace Hauberk.Cli.Tests.Commands;

public sealed class FlowsCommandTests
{
    private const string Denied = """
        {"spec":{"id":2,"reporter":"pay/payments-1","direction":"inbound","startedUnixMs":1772625605000,"durationMs":3,"sourceAddress":"10.0.0.9:50000","destinationAddress":"10.0.0.3:8080",
         "destinationWorkload":"pay/payments-1","security":"plaintext","verdict":"deny","reason":"PlaintextUnderStrict","rule":"","bytesSent":0,"bytesReceived":0,"problem":"said"}}
        """;

    private const string Allowed = """
        {"spec":{"id":1,"reporter":"pay/payments-1","direction":"inbound","startedUnixMs":1772539200000,"durationMs":65000,"sourceAddress":"10.0.0.2:41000","destinationAddress":"10.0.0.3:8080",
         "sourceIdentity":"spiffe://cluster.local/ns/shop/sa/orders","destinationWorkload":"pay/payments-1","security":"mtls","verdict":"allow","reason":"AllowRuleMatched",
         "rule":"pay/orders-may-charge[0]","bytesSent":1234,"bytesReceived":45600000}}
        """;

    [Fact]
    public async Task Flows_are_shown_oldest_first_with_who_how_and_why()
    {
        await using var mesh = await TestMesh.StartAsync(("GET /apis/hauberk.dev/v1/flows", $$"""{"items":[{{Denied}},{{Allowed}}]}"""));
        var run = await mesh.RunAsync("flows");
        Assert.Equal(
            """
            TIME                 FROM               TO                   SEEN BY  SECURITY   VERDICT  WHY                                      SENT  RECEIVED  LASTED
            2026-03-03 12:00:00  ns/shop/sa/orders  pay/payments-1:8080  server   mtls       allow    allowed by pay/orders-may-charge[0]    1.2 kB     46 MB   1 min
            12:00:05             10.0.0.9           pay/payments-1:8080  server   plaintext  deny     the mode is STRICT and plaintext came     0 B       0 B    3 ms

            """, run.Out);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task A_flow_that_began_earlier_stands_earlier_though_it_ended_later()
    {
        await using var mesh = await TestMesh.StartAsync(("GET /apis/hauberk.dev/v1/flows", $$"""{"items":[{{Allowed}},{{Denied}}]}"""));
        using var json = JsonDocument.Parse((await mesh.RunAsync("flows", "-o", "json")).Out);
        Assert.Equal([(1, ""), (2, "said")], json.RootElement.GetProperty("flows").EnumerateArray().Select(f => (f.GetProperty("id").GetInt32(), f.GetProperty("problem").GetString())));
    }

    [Theory]
    [InlineData("NoAllowPolicy", "", "Finished", "client", "no ALLOW policy selects the workload, so whatever is not denied is allowed")]
    [InlineData("AllowRuleMatched", "pay/a[0]", "ConnectRefused", "server", "allowed by pay/a[0]; nothing listens there: connection refused")]
    [InlineData("AllowRuleMatched", "pay/a[0]", "Reset", "server", "allowed by pay/a[0]; reset by the server")]
    [InlineData("NoAllowRuleMatched", "pay/a[0]", "PermissionLost", "sidecar", "ALLOW policies select the workload and none of their rules matched (pay/a[0]); cut when the policy changed")]
    [InlineData("ModeStrict", "", "DetectionTimeout", "sidecar", "the mode is STRICT; the client did not begin TLS in time")]
    [InlineData("ModeStrict", "", "ClosedWhileDetecting", "client", "the mode is STRICT; the client left before it said anything")]
    [InlineData("HandshakeFailed", "", "HandshakeFailed", "client", "the client broke the TLS handshake off")]
    [InlineData("ExcludedPort", "", "ExcludedPort", "sidecar", "the port is excluded from capture, so tunnels do not lead there")]
    [InlineData("NoCertificate", "", "NoCertificate", "sidecar", "the sidecar has no certificate yet")]
    [InlineData("NoCertificate", "", "PeerCertificateRefused", "sidecar", "the peer's certificate was refused: no certificate")]
    [InlineData("UnknownTrustDomain", "", "PeerCertificateRefused", "sidecar", "the peer's certificate was refused: unknown trust domain")]
    [InlineData("SomethingNewer", "", "SomethingNewer", "sidecar", "something newer")]
    public void Why_is_told_in_words(string reason, string rule, string closeReason, string closedBy, string why) =>
        Assert.Equal(why, ReasonText.Of(new Flow { Reason = reason, Rule = rule, CloseReason = closeReason, ClosedBy = closedBy }));

    [Theory]
    [InlineData("HandshakeFailed", "HandshakeFailed", "alert UnknownCa from peer", "the client broke the TLS handshake off: alert UnknownCa from peer")]
    [InlineData("Expired", "PeerCertificateRefused", "it ended on Monday", "the peer's certificate was refused: it ended on Monday")]
    [InlineData("UntrustedRoot", "PermissionLost", "its root is gone", "cut when the policy changed: its root is gone")]
    [InlineData("NoAllowPolicy", "Reset", "connection reset by peer", "no ALLOW policy selects the workload, so whatever is not denied is allowed; reset by the client")]
    public void What_went_wrong_is_told_where_the_words_leave_it_open(string reason, string closeReason, string problem, string why) =>
        Assert.Equal(why, ReasonText.Of(new Flow { Reason = reason, CloseReason = closeReason, ClosedBy = "client", Problem = problem }));

    [Fact]
    public async Task What_is_asked_for_goes_to_the_ledger()
    {
        await using var mesh = await TestMesh.StartAsync(("GET /apis/hauberk.dev/v1/flows", """{"items":[]}"""));
        var run = await mesh.RunAsync("flows", "--denied", "-n", "pay", "--limit", "7");
        Assert.Equal("GET /apis/hauberk.dev/v1/flows?limit=7&namespace=pay&verdict=deny", mesh.Server.Requests.Single());
        Assert.Equal("No flows yet.\n", run.Error);
    }

    [Fact]
    public async Task Following_shows_each_flow_once()
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var polls = 0;
        await using var mesh = await TestMesh.StartAsync(async (context, _) =>
        {
            polls++;
            await TestServer.JsonAsync(context, polls == 1 ? $$"""{"items":[{{Allowed}}]}""" : $$"""{"items":[{{Denied}},{{Allowed}}]}""");
            if (polls == 3) await enough.CancelAsync();
        });
        var run = await CliRun.Async(["flows", "--follow", "-o", "json", "--config", mesh.Kubeconfig], cancellation: enough.Token);
        Assert.Equal(0, run.ExitCode);
        var ids = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt32());
        Assert.Equal([1, 2], ids);
    }

    [Theory]
    [InlineData(2, 5, "")]
    [InlineData(2, 999, "")]
    [InlineData(1100, 5, "")]
    [InlineData(2, 1001, "warning: more than 1000 flows a second: some are not shown\n")]
    public async Task Following_shows_the_newest_and_then_only_what_is_reported_after_them(int limit, int reported, string warning)
    {
        const int Before = 1200;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var polls = 0;
        await using var mesh = await TestMesh.StartAsync(async (context, _) =>
        {
            var newest = polls++ == 0 ? Before : Before + reported;
            var asked = int.Parse(context.Request.Query["limit"].ToString(), CultureInfo.InvariantCulture);
            var items = Enumerable.Range(0, Math.Min(asked, newest)).Select(i => $$$"""{"spec":{"id":{{{newest - i}}}}}""");
            await TestServer.JsonAsync(context, $$"""{"items":[{{string.Join(',', items)}}]}""");
            if (polls == 3) await enough.CancelAsync();
        });
        var run = await CliRun.Async(["flows", "--follow", "--limit", $"{limit}", "-o", "json", "--config", mesh.Kubeconfig], cancellation: enough.Token);
        var ids = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt32());
        var shown = Math.Min(reported, 1000);
        Assert.Equal([.. Enumerable.Range(Before - limit + 1, limit), .. Enumerable.Range(Before + reported - shown + 1, shown)], ids);
        Assert.Equal((0, warning), (run.ExitCode, run.Error));
    }
}
