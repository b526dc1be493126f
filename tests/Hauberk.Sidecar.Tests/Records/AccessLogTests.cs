using System.Net;
using System.Text.Json;
using Hauberk.Identity;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.Records;

public sealed class AccessLogTests
{
    [Fact]
    public async Task Each_record_is_one_line_of_JSON()
    {
        var stream = new MemoryStream();
        await using (var log = new AccessLog(stream))
        {
            log.Write(Allowed(1));
            log.Write(new ConnectionRecord { Id = 2, Direction = ConnectionDirection.Inbound, StartedAt = default, Source = Source, CloseReason = CloseReason.OwnPort });
        }
        var lines = System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        var allowed = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal("spiffe://cluster.local/ns/shop/sa/web", allowed.GetProperty("sourceIdentity").GetString());
        Assert.Equal("mtls", allowed.GetProperty("security").GetString());
        Assert.Equal("allow", allowed.GetProperty("verdict").GetString());
        Assert.Equal("AllowRuleMatched", allowed.GetProperty("reason").GetString());
        Assert.Equal("shop/orders[0]", allowed.GetProperty("rule").GetString());
        Assert.Equal("STRICT", allowed.GetProperty("mode").GetString());
        Assert.Equal(10, allowed.GetProperty("bytesSent").GetInt64());
        var refused = JsonDocument.Parse(lines[1]).RootElement;
        Assert.Equal("deny", refused.GetProperty("verdict").GetString());
        Assert.Equal("OwnPort", refused.GetProperty("reason").GetString());
        Assert.False(refused.TryGetProperty("sourceIdentity", out _));
    }

    [Fact]
    public async Task A_stream_that_does_not_take_bytes_drops_and_counts_instead_of_holding_a_loop_up()
    {
        var gate = new GatedStream();
        var log = new AccessLog(gate, queueCapacity: 2);
        log.Write(Allowed(1));
        await gate.FirstWrite.Task;
        for (var i = 0UL; i < 5; i++)
            log.Write(Allowed(i));
        Assert.Equal(3, log.Dropped);
        gate.Open.SetResult();
        await log.DisposeAsync();
        Assert.Equal(3, log.Dropped);
    }

    [Fact]
    public async Task A_stream_that_fails_is_counted_and_the_next_batch_is_tried()
    {
        var log = new AccessLog(new FailingStream());
        log.Write(Allowed(1));
        await log.DisposeAsync();
        Assert.Equal(1, log.Dropped);
    }

    [Fact]
    public void Counting_a_connection_allocates_nothing()
    {
        var metrics = new ConnectionMetrics();
        var record = Allowed(1);
        metrics.Opened(ConnectionDirection.Inbound);
        metrics.Closed(record);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            metrics.Opened(ConnectionDirection.Inbound);
            metrics.Closed(record);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Metrics_tell_direction_security_verdict_and_reason()
    {
        var metrics = new ConnectionMetrics();
        for (var i = 0; i < 3; i++)
            metrics.Opened(ConnectionDirection.Inbound);
        metrics.Closed(Allowed(1));
        var refused = Allowed(2);
        (refused.Verdict, refused.Reason) = (Verdict.Deny, DecisionReason.None);
        (refused.CloseReason, refused.Problem) = (CloseReason.PeerCertificateRefused, new IdentityProblem(IdentityProblemCode.Expired, "old"));
        metrics.Closed(refused);
        for (var i = 0; i < 2; i++)
            metrics.Ended(ConnectionDirection.Inbound);
        var text = new StringWriter();
        metrics.Write(text);
        var lines = text.ToString().Split('\n');
        Assert.Contains("hauberk_connections_total{direction=\"inbound\",security=\"mtls\",verdict=\"allow\",reason=\"AllowRuleMatched\"} 1", lines);
        Assert.Contains("hauberk_connections_total{direction=\"inbound\",security=\"mtls\",verdict=\"deny\",reason=\"Expired\"} 1", lines);
        Assert.Contains("hauberk_handshake_failures_total{direction=\"inbound\",problem=\"Expired\"} 1", lines);
        Assert.Contains("hauberk_connections_active{direction=\"inbound\"} 1", lines);
        Assert.Contains("hauberk_bytes_total{direction=\"inbound\",flow=\"sent\"} 20", lines);
    }

    [Fact]
    public void A_flow_says_what_the_record_says()
    {
        var flow = Allowed(7).ToFlow();
        Assert.Equal(("inbound", "mtls", "allow", "AllowRuleMatched", "shop/orders[0]", "STRICT"),
            (flow.Direction, flow.Security, flow.Verdict, flow.Reason, flow.Rule, flow.ServerMode));
        Assert.Equal(("spiffe://cluster.local/ns/shop/sa/web", "10.0.0.1:5000", 10UL), (flow.SourceIdentity, flow.SourceAddress, flow.BytesSent));
    }

    private static readonly IPEndPoint Source = IPEndPoint.Parse("10.0.0.1:5000");

    private static ConnectionRecord Allowed(ulong id) => new()
    {
        Id = id,
        Direction = ConnectionDirection.Inbound,
        StartedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Source = Source,
        SourceIdentity = SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/web"),
        Security = ConnectionSecurity.MutualTls,
        Verdict = Verdict.Allow,
        Reason = DecisionReason.AllowRuleMatched,
        Rule = "shop/orders[0]",
        Mode = ServerMode.Strict,
        BytesSent = 10,
        CloseReason = CloseReason.Finished,
    };

    private sealed class GatedStream : MemoryStream
    {
        public TaskCompletionSource FirstWrite { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            FirstWrite.TrySetResult();
            await Open.Task;
        }
    }

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(new IOException("no space left on device"));
    }
}
