using Hauberk.CertificateAuthority;
using Hauberk.CertificateAuthority.Joining;
using Hauberk.CertificateAuthority.Journal;
using Hauberk.CertificateAuthority.Signing;
using Hauberk.ControlPlane.ConfigApi;
using Hauberk.ControlPlane.Distribution;
using Hauberk.ControlPlane.Enrolment;
using Hauberk.ControlPlane.Flows;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Observability;
using Hauberk.ControlPlane.Registry;
using Hauberk.ControlPlane.Store;
using Hauberk.Identity;

namespace Hauberk.ControlPlane;

/// <summary>A whole control plane: made here, part after part, and taken down in the opposite order.</summary>
public sealed partial class ControlPlaneServer : IAsyncDisposable
{
    private readonly Stack<object> parts = new();

    private ControlPlaneServer()
    {
    }

    public int MeshPort { get; private set; }

    public int ConfigApiPort { get; private set; }

    public int MetricsPort { get; private set; }

    /// <exception cref="IOException">Something that it needs cannot be opened, read or bound; the message says what.</exception>
    public static async Task<ControlPlaneServer> StartAsync(ControlPlaneOptions options, TimeProvider clock, ILoggerFactory logs)
    {
        var server = new ControlPlaneServer();
        try
        {
            await server.StartPartsAsync(options, clock, logs);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (parts.TryPop(out var part))
        {
            if (part is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else ((IDisposable)part).Dispose();
        }
    }

    private async Task StartPartsAsync(ControlPlaneOptions options, TimeProvider clock, ILoggerFactory logs)
    {
        var log = logs.CreateLogger<ControlPlaneServer>();
        var state = new StateDirectory(options.StateDirectory);
        var store = Own(SqliteStore.Open(state.Store));
        var authority = OpenAuthority(options, state, clock, log);
        var certificate = Own(await ServerCertificate.StartAsync(authority, options.Addresses, clock, logs.CreateLogger<ServerCertificate>()));
        var bundles = TrustBundleSet.Of(authority.Bundle);

        var metrics = new ControlPlaneMetrics();
        var registry = Own(new MeshRegistry(store, options.TrustDomain, clock, logs.CreateLogger<MeshRegistry>()));
        var claims = Own(new ClaimLedger(store.Current, options.ServiceNetwork, () => registry.Current.Mesh));
        var tokenStore = new JoinTokenStore(store, clock);
        var tokens = new JoinTokens(tokenStore, clock);
        var sidecars = new ConnectedSidecars();
        var ledger = new FlowLedger();
        var serverFirst = new ServerFirstPorts(clock);
        var admin = new AdminCredential(store);

        var mesh = Own(await MeshListener.StartAsync(options, clock, logs, certificate,
            [
                authority, tokens, tokenStore, registry, new ResourceSource(bundles), sidecars, new WorkloadEntryStatus(store, sidecars, clock), ledger, serverFirst,
                new FlowNames(registry), Own(new EnrolmentLimiter()), metrics,
            ], bundles));
        MeshPort = mesh.Port;
        var joinFiles = new JoinFileMaker(options.TrustDomain, $"{HostText.Of(options.Addresses[0])}:{mesh.Port}", authority.Bundle, tokens, registry);
        var api = Own(await ConfigApiListener.StartAsync(options, clock, logs, certificate,
            new ConfigApiParts(store, new ResourceWriter(store, claims, options.TrustDomain, clock), admin, registry, sidecars, ledger, serverFirst, joinFiles, metrics)));
        ConfigApiPort = api.Port;
        var health = new ControlPlaneHealth(store, registry, certificate, clock);
        MetricsPort = Own(await MetricsListener.StartAsync(options, logs, new MetricsPage(store, registry, sidecars, ledger, certificate, metrics), health)).Port;
        await AdminKubeconfig.EnsureAsync(state.AdminKubeconfig, admin, options, authority.Bundle, ConfigApiPort);
        LogStarted(log, options.TrustDomain.Name, MeshPort, ConfigApiPort, MetricsPort, store.Current.Revision, state.AdminKubeconfig);
    }

    private Authority OpenAuthority(ControlPlaneOptions options, StateDirectory state, TimeProvider clock, ILogger log)
    {
        var signer = options.AuthorityFolder is { } folder
            ? AuthorityFolder.Load(folder, options.TrustDomain, clock.GetUtcNow())
            : AuthorityFolder.LoadOrCreate(state.Authority, options.TrustDomain, clock.GetUtcNow());
        if (!signer.Succeeded) throw new IOException($"the certificate authority cannot be used: {signer.Problem}");
        foreach (var warning in signer.Value.Warnings) LogWarning(log, warning);
        return new Authority(Own(signer.Value), Own(IssuanceJournal.Open(state.Journal)), clock);
    }

    private T Own<T>(T part) where T : class
    {
        parts.Push(part);
        return part;
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Ready: trust domain {TrustDomain}, mesh port {MeshPort}, config API port {ApiPort}, metrics port {MetricsPort}, revision {Revision}; the admin's kubeconfig is {Kubeconfig}.")]
    private static partial void LogStarted(ILogger log, string trustDomain, int meshPort, int apiPort, int metricsPort, long revision, string kubeconfig);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger log, string warning);
}
