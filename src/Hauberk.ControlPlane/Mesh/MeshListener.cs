using Hauberk.ControlPlane.Distribution;
using Hauberk.ControlPlane.Enrolment;
using Hauberk.ControlPlane.Flows;
using Hauberk.ControlPlane.Observability;
using Hauberk.Identity;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hauberk.ControlPlane.Mesh;

/// <summary>The gRPC port for sidecars: enrolment, distribution, flows.</summary>
internal static class MeshListener
{
    // The address index of a large mesh comes back whole in a resuming sidecar's first request.
    private const int MaxReceivedMessageBytes = 16 * 1024 * 1024;

    // Anybody may send one, so little is read of it.
    private const int MaxSigningRequestBytes = 64 * 1024;
    private const int MaxConnections = 25_000;
    private const int MaxStreamsPerConnection = 16;

    /// <param name="parts">What the services need.</param>
    public static Task<ListenerHost> StartAsync(
        ControlPlaneOptions options, TimeProvider clock, ILoggerFactory logs, ServerCertificate certificate, IEnumerable<object> parts, TrustBundleSet bundles)
    {
        var services = parts.ToList();
        var metrics = services.OfType<ControlPlaneMetrics>().Single();
        var peers = new PeerAuthentication(bundles, clock, metrics, logs.CreateLogger<PeerAuthentication>());
        var unproven = new UnprovenConnections(clock, metrics);
        return ListenerHost.StartAsync(
            options.Listen, options.MeshPort, logs, Limit,
            port =>
            {
                port.Protocols = HttpProtocols.Http2;
                port.Use(next => connection => unproven.ServeAsync(connection, next));
                port.UseHttps(TlsOptions.ForMesh(certificate, peers));
            },
            collection =>
            {
                foreach (var part in services) collection.AddSingleton(part.GetType(), part);
                collection.AddSingleton(clock);
                collection.AddGrpc(static grpc => grpc.MaxReceiveMessageSize = MaxReceivedMessageBytes)
                    .AddServiceOptions<CertificateService>(static grpc => grpc.MaxReceiveMessageSize = MaxSigningRequestBytes);
            },
            static app =>
            {
                app.MapGrpcService<CertificateService>();
                app.MapGrpcService<DiscoveryService>();
                app.MapGrpcService<FlowReportService>();
            });
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.Http2.MaxStreamsPerConnection = MaxStreamsPerConnection;
        // A sidecar that vanished without a word is noticed, and its stream ended.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
    }
}
