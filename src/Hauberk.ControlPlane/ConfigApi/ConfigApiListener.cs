using System.Reflection;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Store;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>The HTTPS port for operators.</summary>
internal static class ConfigApiListener
{
    private const int MaxConnections = 1024;

    public static Task<ListenerHost> StartAsync(
        ControlPlaneOptions options, TimeProvider clock, ILoggerFactory logs, ServerCertificate certificate, ConfigApiParts parts) =>
        ListenerHost.StartAsync(
            options.Listen, options.ConfigApiPort, logs, Limit,
            port =>
            {
                port.Protocols = HttpProtocols.Http1AndHttp2;
                port.UseHttps(TlsOptions.ForOperators(certificate));
            },
            services => services.AddSingleton(clock).AddSingleton(parts.Admin).AddSingleton(parts.Metrics),
            app => Map(app, parts, options.WatchLimits));

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.Limits.MaxConcurrentConnections = MaxConnections;
        kestrel.Limits.MaxRequestBodySize = StoreLimits.Default.MaxResourceBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
    }

    private static void Map(WebApplication app, ConfigApiParts parts, WatchLimits watchLimits)
    {
        app.UseMiddleware<FailureAnswers>();
        app.UseMiddleware<BearerAuthentication>();
        app.MapGet("/healthz", static () => Results.Text("ok\n"));
        app.MapGet("/version", static () => ApiJson.Result(static json =>
        {
            json.WriteStartObject();
            json.WriteString("gitVersion", $"v{Version}");
            json.WriteString("version", Version);
            json.WriteEndObject();
        }));
        Discovery.Map(app);
        foreach (var route in ResourceRoute.All) new ResourceEndpoints(route, parts.Store, parts.Writer, watchLimits).Map(app);
        new JoinTokenEndpoint(parts.JoinFiles).Map(app);
        new SidecarEndpoint(parts.Registry, parts.Sidecars, parts.ServerFirst).Map(app);
        new FlowEndpoint(parts.Flows).Map(app);
        app.MapFallback("{*path}", static () => ApiFailure.NoSuchPath());
    }

    private static string Version => typeof(ConfigApiListener).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
