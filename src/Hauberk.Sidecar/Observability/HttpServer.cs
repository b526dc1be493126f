using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hauberk.Sidecar.Observability;

/// <summary>Kestrel with nothing around it: small pages on a few ports, plain HTTP/1.1, every bound narrow.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private const int MaxConnections = 256;
    private const int MaxRequestBytes = 4096;
    private static readonly object PageKey = new();

    private readonly KestrelServer server;

    public HttpServer(ILoggerFactory loggers)
    {
        Options.AddServerHeader = false;
        Options.Limits.MaxConcurrentConnections = MaxConnections;
        Options.Limits.MaxRequestBodySize = MaxRequestBytes;
        Options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        var transport = new SocketTransportFactory(
            Microsoft.Extensions.Options.Options.Create(new SocketTransportOptions { IOQueueCount = 0 }), loggers);
        server = new KestrelServer(new OptionsWrapper<KestrelServerOptions>(Options), transport, loggers);
    }

    private KestrelServerOptions Options { get; } = new();

    /// <summary>Before <see cref="StartAsync"/>.</summary>
    /// <returns>Holds the port that was bound, once started.</returns>
    public ListenOptions Serve(IPEndPoint endpoint, RequestDelegate page)
    {
        ListenOptions? bound = null;
        Options.Listen(endpoint, listen =>
        {
            bound = listen;
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                connection.Items[PageKey] = page;
                return next(connection);
            });
        });
        return bound!;
    }

    public Task StartAsync() => server.StartAsync(new Application(), CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        // Not graceful: a scraper that keeps its connection open must not hold up an exit.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await server.StopAsync(now.Token);
        server.Dispose();
    }

    private sealed class Application : IHttpApplication<HttpContext>
    {
        public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

        public Task ProcessRequestAsync(HttpContext context) =>
            ((RequestDelegate)context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items[PageKey]!)(context);

        public void DisposeContext(HttpContext context, Exception? exception)
        {
        }
    }
}
