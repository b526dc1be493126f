using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hauberk.Api.ConfigApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hauberk.Api.Tests.ConfigApi;

/// <summary>A real HTTPS server that answers as a test tells it to, and remembers what it was asked.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string ControlPlaneIdentity = "spiffe://cluster.local/ns/hauberk-system/sa/control-plane";
    public const string Token = "hbka1.secret-of-the-operator";
    private readonly WebApplication application;

    private TestServer(WebApplication application) => this.application = application;

    public ConcurrentQueue<string> Requests { get; } = [];

    public string? LastAuthorization { get; private set; }

    public X509Certificate2? LastClientCertificate { get; private set; }

    public string Address => application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<TestServer> StartAsync(X509Certificate2 certificate, Func<HttpContext, string, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            // The test looks at which certificate came; who may have it is not what is tested here.
            https.ClientCertificateValidation = (client, _, _) => client.Subject == "CN=test";
        })));
        builder.WebHost.UseKestrelHttpsConfiguration();
        var server = new TestServer(builder.Build());
        server.application.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            server.LastAuthorization = context.Request.Headers.Authorization;
            server.LastClientCertificate = context.Connection.ClientCertificate;
            server.Requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {body}".TrimEnd());
            await answer(context, body);
        });
        await server.application.StartAsync();
        return server;
    }

    public static Task<TestServer> StartAsync(TestAuthority authority, Func<HttpContext, string, Task> answer) =>
        StartAsync(authority.Issue(ControlPlaneIdentity), answer);

    public static async Task JsonAsync(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(json, context.RequestAborted);
    }

    public ConfigApiClient Client(TestAuthority roots, ApiLimits? limits = null) => new(Parse(KubeconfigText(roots)), TimeProvider.System, limits);

    public string KubeconfigText(TestAuthority roots) => KubeconfigText(roots, $"token: {Token}");

    public string KubeconfigText(TestAuthority roots, string user) => $$"""
        apiVersion: v1
        kind: Config
        current-context: hauberk
        contexts: [{name: hauberk, context: {cluster: hauberk, user: admin} }]
        clusters:
        - name: hauberk
          cluster:
            server: {{Address}}
            certificate-authority-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(roots.RootPem))}}
        users:
        - name: admin
          user: { {{user}} }
        """;

    public static Kubeconfig Parse(string yaml)
    {
        Assert.True(Kubeconfig.TryParse(Encoding.UTF8.GetBytes(yaml), "test.kubeconfig", out var kubeconfig, out var problem), problem?.ToString());
        return kubeconfig;
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync(new CancellationToken(canceled: true));
        await application.DisposeAsync();
    }
}
