using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hauberk.ControlPlane;

/// <summary>
/// One port with a web application of its own, so that nothing served on one port can be reached on another. Nothing is read from the environment
/// or from settings files: no endpoint can be added from outside.
/// </summary>
internal sealed class ListenerHost : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);
    private readonly WebApplication app;

    private ListenerHost(WebApplication app) => this.app = app;

    public int Port { get; private init; }

    public static async Task<ListenerHost> StartAsync(
        IPAddress address, int port, ILoggerFactory logs, Action<KestrelServerOptions> configureServer, Action<ListenOptions> configurePort,
        Action<IServiceCollection> addServices, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "hauberk-control-plane" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            configureServer(kestrel);
            kestrel.Listen(address, port, configurePort);
        });
        builder.Services.AddSingleton(logs).AddLogging().AddRouting();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = StopTimeout);
        addServices(builder.Services);
        var app = builder.Build();
        map(app);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new ListenerHost(app) { Port = new Uri(app.Urls.Single()).Port };
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(StopTimeout);
        await app.DisposeAsync();
    }
}
