using System.Security.Cryptography;
using System.Text;
using Hauberk.Api.Enrolment;
using Hauberk.Identity;
using Hauberk.Net;
using Hauberk.Sidecar.Capture;
using Hauberk.Sidecar.Commands;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Flows;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Observability;
using Hauberk.Sidecar.Records;
using Hauberk.Sidecar.Supervision;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar;

/// <summary>One sidecar, put together: identity, configuration, data plane, evidence, and the pages that show them.</summary>
internal sealed partial class Proxy : IDisposable
{
    // A burst's buffers of one loop: what tunnels and relays hold at once while they are busy.
    private const int KeptHeapBytes = 1024 * 1024;

    // After the drain, for the records of what it cut.
    private static readonly TimeSpan LastReportTime = TimeSpan.FromSeconds(2);

    private readonly RunOptions options;
    private readonly TimeProvider time;
    private readonly ILoggerFactory loggers;
    private readonly ILogger<Proxy> log;
    private readonly CertificateHolder certificates = new();
    private readonly SnapshotHolder snapshots = new();
    private readonly CertificateFile certificateFile;
    private readonly CertificateRenewer renewer;
    private readonly ControlPlaneConnections connections;
    private readonly SnapshotClient configuration;
    private readonly FlowReporter flows;
    private readonly BackgroundLoops background;
    private readonly Readiness readiness;
    private readonly SpiffeId identity;
    private readonly TrustBundleSet pinned;

    private Proxy(RunOptions options, JoinFile join, StateDirectory state, ILoggerFactory loggers, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        this.loggers = loggers;
        log = loggers.CreateLogger<Proxy>();
        var trustDomain = TrustDomain.Parse(join.TrustDomain);
        identity = SpiffeId.ForServiceAccount(trustDomain, join.Namespace, join.ServiceAccount);
        pinned = TrustBundle.TryParsePem(trustDomain, join.TrustBundle, out var bundle, out var problem)
            ? TrustBundleSet.Of(bundle)
            : throw new InvalidOperationException(problem.Message);
        var tls = new ControlPlaneTls(trustDomain, Trust, options.MarksSockets ? OwnTraffic.DefaultMark : null, time);
        certificateFile = new CertificateFile(state);
        renewer = new CertificateRenewer(
            certificates, certificateFile, new EnrolmentClient(join, identity, tls, Trust, time), time, loggers.CreateLogger<CertificateRenewer>());
        connections = new ControlPlaneConnections(join.ControlPlaneUri, tls, certificates);
        configuration = new SnapshotClient(
            join.Workload, options.TakesTunnels ? SidecarPorts.Tunnel : null, new HeldConfiguration(join.Workload, trustDomain), snapshots, new SnapshotFile(state, MeshOf(join)), connections, time,
            loggers.CreateLogger<SnapshotClient>());
        flows = new FlowReporter(connections, time, loggers.CreateLogger<FlowReporter>());
        certificates.Changed += certificate =>
        {
            if (certificate is not null)
                Keep(join, new KeptJoinFile(state));
        };
        readiness = new Readiness(certificates, snapshots);
        background = new BackgroundLoops(time, loggers.CreateLogger<BackgroundLoops>());
    }

    /// <summary>A configuration is kept for one workload of one mesh: with another join file's roots, what was kept is another mesh's.</summary>
    internal static string MeshOf(JoinFile join) =>
        $"{join.Workload} of {join.TrustDomain} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(join.TrustBundle)))}";

    /// <summary>Until <paramref name="stop"/>, and the drain that follows it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        RunOptions options, JoinFile join, StateDirectory state, Stream? accessLog, ServiceNotifier notifier, StopRequest stop,
        ILoggerFactory loggers, TimeProvider time)
    {
        using var proxy = new Proxy(options, join, state, loggers, time);
        proxy.LoadLastRun();
        await using var records = accessLog is null ? null : new AccessLog(accessLog);
        try
        {
            await using var plane = await proxy.StartDataPlaneAsync(records);
            await using var pages = proxy.Pages(plane, stop);
            // Not cut short by a stop: what is served already is drained either way.
            await pages.StartAsync();
            return await proxy.ServeAsync(plane, notifier, stop.Token);
        }
        catch (IOException e)
        {
            proxy.CannotListen(e.Message);
            return ExitCodes.Failure;
        }
    }

    public void Dispose()
    {
        connections.Dispose();
        configuration.Dispose();
    }

    /// <summary>The roots that vouch for the control plane: those it distributed last, before that those of the join file.</summary>
    private TrustBundleSet Trust() =>
        snapshots.Current is { } snapshot && snapshot.TrustBundles.TryGet(identity.TrustDomain, out _) ? snapshot.TrustBundles : pinned;

    private void LoadLastRun()
    {
        configuration.Load();
        if (certificateFile.TryLoad(identity, Trust(), time.GetUtcNow(), out var certificate, out var problem))
            certificates.Swap(certificate);
        else if (problem is not null)
            CertificateNotLoaded(problem);
    }

    private void Keep(JoinFile join, KeptJoinFile kept)
    {
        try
        {
            kept.Save(join);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            JoinFileNotKept(e.Message);
        }
    }

    private async Task<DataPlane> StartDataPlaneAsync(AccessLog? records)
    {
        NativeHeap.Keep(KeptHeapBytes);
        var plane = await DataPlane.StartAsync(
            new DataPlaneOptions
            {
                Tunnels = options.TakesTunnels ? new DataPlaneOptions().Tunnels : [],
                ApplicationAddress = options.ApplicationAddress,
                ExcludedInboundPorts = options.ExcludedInboundPorts,
                Mark = options.MarksSockets ? (int)OwnTraffic.DefaultMark : 0,
            },
            options.Loops, snapshots, certificates, configuration.Destinations,
            record =>
            {
                flows.Add(record);
                records?.Write(record);
            },
            time, Unhandled);
        configuration.HostsInUse = async () =>
            (await plane.ReadConnectionsAsync(static record => record.DestinationHost)).ToHashSet(StringComparer.Ordinal);
        readiness.Set(ReadinessCondition.Listeners, true);
        return plane;
    }

    private HttpServer Pages(DataPlane plane, StopRequest stop)
    {
        var metrics = new SidecarMetrics(plane, certificates, snapshots, configuration, renewer, flows, background, readiness);
        var pages = new HttpServer(loggers);
        pages.Serve(AdminPages.Address, new AdminPages(certificates, renewer, snapshots, configuration, readiness, plane, stop.Stop).ServeAsync);
        pages.Serve(MetricsPage.Address, new MetricsPage(metrics).ServeAsync);
        pages.Serve(ReadinessPage.Address, new ReadinessPage(readiness).ServeAsync);
        return pages;
    }

    private async Task<int> ServeAsync(DataPlane plane, ServiceNotifier notifier, CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        var reporting = background.KeepAsync("the reporting of flows", flows.RunAsync, end.Token);
        var running = Task.WhenAll(
            reporting,
            background.KeepAsync("the renewal of the certificate", renewer.RunAsync, end.Token),
            configuration.RunAsync(background, end.Token),
            background.KeepAsync("the giving back of memory", new MemoryReturn(plane.Metrics, time).RunAsync, end.Token));
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var notified = NotifyWhenReadyAsync(notifier, leave.Token);
        if (await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, leave.Token), renewer.Hopeless) == renewer.Hopeless)
            CannotJoin(options.JoinFile ?? "its first start");
        await leave.CancelAsync();
        notifier.Tell(ServiceNotifier.Stopping);
        readiness.Set(ReadinessCondition.Running, false);
        Draining(options.DrainMs);
        using var cut = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.DrainMs), time);
        await plane.DrainAsync(cut.Token);
        flows.Complete();
        await Task.WhenAny(reporting, Task.Delay(LastReportTime, time, CancellationToken.None));
        await end.CancelAsync();
        await notified;
        await running;
        return renewer.Hopeless.IsCompleted ? ExitCodes.CannotStart : ExitCodes.Success;
    }

    private async Task NotifyWhenReadyAsync(ServiceNotifier notifier, CancellationToken stop)
    {
        await readiness.FirstReady.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stop.IsCancellationRequested)
            return;
        Ready(identity);
        notifier.Tell(ServiceNotifier.Ready);
    }

    [LoggerMessage(LogLevel.Information, "ready as {Identity}")]
    private partial void Ready(SpiffeId identity);

    [LoggerMessage(LogLevel.Information, "stopping: live connections have {DrainMs} ms")]
    private partial void Draining(int drainMs);

    [LoggerMessage(LogLevel.Warning, "the certificate of the last run cannot be used: {Problem}")]
    private partial void CertificateNotLoaded(string problem);

    [LoggerMessage(LogLevel.Error,
        "there is no certificate, and the token of {JoinFile} gives none any more; make another: hauberk token create --out FILE")]
    private partial void CannotJoin(string joinFile);

    [LoggerMessage(LogLevel.Error, "the join file cannot be kept, a restart will need it: {Problem}")]
    private partial void JoinFileNotKept(string problem);

    [LoggerMessage(LogLevel.Error, "cannot listen: {Problem}")]
    private partial void CannotListen(string problem);

    [LoggerMessage(LogLevel.Error, "a connection failed in a way that nobody foresaw")]
    private partial void Unhandled(Exception exception);
}
