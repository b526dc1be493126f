using System.Collections.Concurrent;
using System.Net;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Flows;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Records;
using Hauberk.Sidecar.Tests.ControlPlane;
using Hauberk.Sidecar.Tests.Identity;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Tests.Flows;

public sealed class FlowReporterTests : IAsyncLifetime
{
    private readonly TestMesh mesh = new(TimeProvider.System.GetUtcNow());
    private readonly CancellationTokenSource stop = new();
    private readonly CertificateHolder certificates = new();
    private readonly Messages log = new();
    private TestControlPlane controlPlane = null!;
    private ControlPlaneConnections connections = null!;
    private FlowReporter reporter = null!;
    private Task running = null!;

    public async ValueTask InitializeAsync()
    {
        controlPlane = await TestControlPlane.StartAsync(mesh);
        var tls = new ControlPlaneTls(TrustDomain.Parse(TestMesh.TrustDomainName), () => mesh.Bundles, socketMark: null, TimeProvider.System);
        certificates.Swap(Certificate());
        connections = new ControlPlaneConnections(controlPlane.JoinFile.ControlPlaneUri, tls, certificates);
        reporter = new FlowReporter(connections, TimeProvider.System, log);
        running = reporter.RunAsync(stop.Token);
    }

    [Fact]
    public async Task Finished_connections_reach_the_ledger_in_batches()
    {
        for (ulong id = 1; id <= 1000; id++)
            reporter.Add(Record(id));
        await Until.TrueAsync(() => reporter.Reported == 1000, "all of them");
        Assert.Equal(Enumerable.Range(1, 1000).Select(static i => (ulong)i), controlPlane.Ledger.Batches.SelectMany(static b => b.Flows).Select(static f => f.Id));
        Assert.All(controlPlane.Ledger.Batches, static b => Assert.InRange(b.Flows.Count, 1, FlowReporter.MaxBatch));
        Assert.InRange(controlPlane.Ledger.Batches.Count, 2, 10);
    }

    [Fact]
    public async Task What_was_not_acknowledged_is_sent_again_on_the_next_stream()
    {
        controlPlane.Ledger.BreaksOnce = true;
        reporter.Add(Record(1));
        await Until.TrueAsync(() => reporter.Reported == 1, "the record");
        Assert.Equal(1UL, Assert.Single(Assert.Single(controlPlane.Ledger.Batches).Flows).Id);
    }

    [Fact]
    public async Task A_ledger_that_does_not_keep_up_costs_records_and_never_memory_and_is_told_how_many()
    {
        controlPlane.Ledger.Hold();
        const int Sent = FlowReporter.QueueCapacity + FlowReporter.MaxBatch + 1000;
        for (ulong id = 1; id <= Sent; id++)
            reporter.Add(Record(id));
        Assert.True(reporter.Dropped >= 1000);
        controlPlane.Ledger.Release();
        await Until.TrueAsync(() => reporter.Reported == Sent - reporter.Dropped, "those that were kept");
        reporter.Add(Record(1_000_000));
        await Until.TrueAsync(
            () => controlPlane.Ledger.Batches.Sum(static b => (long)b.Dropped) == reporter.Dropped, "the number of the others");
    }

    [Fact]
    public async Task A_renewed_certificate_is_no_failure()
    {
        reporter.Add(Record(1));
        await Until.TrueAsync(() => reporter.Reported == 1, "the record by the old certificate");
        certificates.Swap(Certificate());
        reporter.Add(Record(2));
        await Until.TrueAsync(() => reporter.Reported == 2, "the record by the new one");
        Assert.Equal([1UL, 2UL], controlPlane.Ledger.Batches.SelectMany(static b => b.Flows).Select(static f => f.Id));
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_stop_is_no_failure()
    {
        reporter.Add(Record(1));
        await Until.TrueAsync(() => reporter.Reported == 1, "the record");
        await stop.CancelAsync();
        await running;
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task Once_no_more_will_come_it_ends_when_the_ledger_has_taken_all()
    {
        controlPlane.Ledger.Hold();
        for (ulong id = 1; id <= 1000; id++)
            reporter.Add(Record(id));
        reporter.Complete();
        Assert.False(running.IsCompleted);
        controlPlane.Ledger.Release();
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1000, controlPlane.Ledger.Batches.Sum(static b => b.Flows.Count));
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task What_the_ledger_did_not_take_in_time_is_told()
    {
        controlPlane.Ledger.Hold();
        reporter.Add(Record(1));
        reporter.Complete();
        await stop.CancelAsync();
        await running;
        controlPlane.Ledger.Release();
        Assert.Contains("the flows of 1 connections", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        connections.Dispose();
        await controlPlane.DisposeAsync();
        stop.Dispose();
    }

    private WorkloadCertificate Certificate()
    {
        var now = TimeProvider.System.GetUtcNow();
        return TestWorkload.Certificate(mesh, now.AddMinutes(-1), now.AddHours(1));
    }

    private static ConnectionRecord Record(ulong id) => new()
    {
        Id = id,
        Direction = ConnectionDirection.Inbound,
        StartedAt = DateTimeOffset.UnixEpoch,
        Source = new IPEndPoint(IPAddress.Loopback, 1),
    };

    private sealed class Messages : ILogger<FlowReporter>
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
