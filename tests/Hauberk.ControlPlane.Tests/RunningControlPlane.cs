using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Net.Client;
using Hauberk.ControlPlane.ConfigApi;
using Hauberk.Identity;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hauberk.ControlPlane.Tests;

/// <summary>A whole control plane on free loopback ports, and the means to call it as operators and sidecars do.</summary>
public sealed class RunningControlPlane(TimeProvider clock) : IAsyncDisposable
{
    private readonly List<IDisposable> owned = [];
    private ControlPlaneServer server = null!;

    public string StateDirectory { get; } = Directory.CreateTempSubdirectory("hauberk-control-plane-").FullName;

    public HttpClient Api { get; private set; } = null!;

    /// <summary>With no credential.</summary>
    public HttpClient Anonymous { get; private set; } = null!;

    public TestAuthority Authority { get; private set; } = null!;

    public int MeshPort => server.MeshPort;

    public int ConfigApiPort => server.ConfigApiPort;

    public Uri Metrics => new($"http://127.0.0.1:{server.MetricsPort}");

    public string Kubeconfig => Path.Combine(StateDirectory, "admin.kubeconfig");

    public static async Task<RunningControlPlane> StartAsync(WatchLimits? watchLimits = null, TimeProvider? clock = null)
    {
        var running = new RunningControlPlane(clock ?? TimeProvider.System);
        await running.StartServerAsync(watchLimits);
        return running;
    }

    /// <summary>Stops and starts again on the same state, the ports are others.</summary>
    public async Task RestartAsync()
    {
        await server.DisposeAsync();
        await StartServerAsync(null);
    }

    /// <summary>Stops; what it left on disk can be looked at.</summary>
    public async Task DisposeAsyncKeepingState() => await server.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        owned.ForEach(static o => o.Dispose());
        await server.DisposeAsync();
        Directory.Delete(StateDirectory, recursive: true);
    }

    public GrpcChannel Channel(PresentedCertificate? client = null)
    {
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = IsControlPlane } };
        if (client is not null) handler.SslOptions.ClientCertificateContext = client.ToContext();
        var channel = GrpcChannel.ForAddress($"https://127.0.0.1:{server.MeshPort}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
        owned.Add(channel);
        return channel;
    }

    public async Task<JsonObject> ApplyAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Api.PostAsync(path, content);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!.AsObject();
    }

    public async Task PatchAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/merge-patch+json");
        using var response = await Api.PatchAsync(path, content);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The value of "hauberk_control_plane_NAME".</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var client = new HttpClient();
        var line = (await client.GetStringAsync(new Uri(Metrics, "/metrics"))).Split('\n')
            .Single(l => l.StartsWith($"hauberk_control_plane_{name} ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until sidecars can see all that was acknowledged.</summary>
    public Task RegistryCaughtUpAsync() => Eventually.TrueAsync(async () => await MetricAsync("registry_revision") >= await MetricAsync("store_revision"));

    public async Task DeleteAsync(string path)
    {
        using var response = await Api.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    public Task<JsonObject> AddWorkloadAsync(string @namespace, string name, string account, string address, string labels = "{}", string ports = "{}") => ApplyAsync(
        $"/apis/networking.istio.io/v1/namespaces/{@namespace}/workloadentries",
        $$"""{"apiVersion":"networking.istio.io/v1","kind":"WorkloadEntry","metadata":{"name":"{{name}}"},"spec":{"address":"{{address}}","serviceAccount":"{{account}}","labels":{{labels}},"ports":{{ports}} } }""");

    public Task<JsonObject> AddServiceAsync(string @namespace, string name, string selector, int port = 80) => ApplyAsync(
        $"/api/v1/namespaces/{@namespace}/services",
        $$"""{"apiVersion":"v1","kind":"Service","metadata":{"name":"{{name}}"},"spec":{"selector":{{selector}},"ports":[{"name":"http","port":{{port}},"targetPort":8080}]} }""");

    private async Task StartServerAsync(WatchLimits? watchLimits)
    {
        server = await ControlPlaneServer.StartAsync(
            new ControlPlaneOptions
            {
                StateDirectory = StateDirectory,
                Addresses = ["127.0.0.1", "mesh.example"],
                Listen = IPAddress.Loopback,
                MeshPort = 0,
                ConfigApiPort = 0,
                MetricsPort = 0,
                WatchLimits = watchLimits ?? WatchLimits.Default,
            },
            clock, NullLoggerFactory.Instance);
        Authority = TestAuthority.Load(Path.Combine(StateDirectory, "ca"));
        var token = File.ReadLines(Kubeconfig).Select(static l => l.Trim()).Single(static l => l.StartsWith("token: ", StringComparison.Ordinal))["token: ".Length..];
        Anonymous = Client();
        Api = Client();
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    private HttpClient Client()
    {
        // As kubectl would: by the root in its kubeconfig and the address that it calls.
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Authority.TrustRootsOnly() } };
        var client = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{server.ConfigApiPort}"), Timeout = TimeSpan.FromSeconds(60) };
        owned.Add(client);
        return client;
    }

    private bool IsControlPlane(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var presented = new List<ReadOnlyMemory<byte>> { certificate!.GetRawCertData() };
        presented.AddRange(chain!.ChainPolicy.ExtraStore.Select(static c => (ReadOnlyMemory<byte>)c.RawData).Where(der => !der.Span.SequenceEqual(presented[0].Span)));
        var verified = PeerVerifier.Verify(presented, Authority.Bundles, PeerRole.Server, TimeProvider.System.GetUtcNow());
        return verified.Identity == SpiffeId.ControlPlane(TrustDomain.Parse("cluster.local"));
    }
}
