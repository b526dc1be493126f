using System.Security.Cryptography;
using Hauberk.Lab;
using Hauberk.Sidecar.Benchmarks.Peers;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>
/// Four hosts: a meshed caller and application, and a caller and application with the peers between them. Policy, access log and metrics
/// of the sidecars are on.
/// </summary>
internal sealed class Testbed : IAsyncDisposable
{
    private const int BulkBytes = 64 << 20;
    private const string ServiceAddress = "10.255.0.10";

    private readonly string _folder;
    private HostProcess _clientSidecar = null!;
    private HostProcess _serverSidecar = null!;
    private IReadOnlyList<ProxyPair> _peers = [];

    private Testbed(string folder, Mesh mesh)
    {
        _folder = folder;
        Mesh = mesh;
    }

    public Mesh Mesh { get; }

    public AccessRecords Records => new(Path.Combine(Mesh.Network.LogFolder, $"{Client.Name}-access.log"));

    /// <summary>Of the two sidecars at rest, the greater one, before any load.</summary>
    public long IdleSidecarPssKib { get; private set; }

    private Host Client { get; set; } = null!;

    private Host Server { get; set; } = null!;

    public static async Task<Testbed> StartAsync(int loops)
    {
        // Not below the checkout: the sidecars give up root and must still reach their state.
        var folder = Directory.CreateTempSubdirectory("hauberk-bench-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var network = await Network.CreateAsync($"hbb{Environment.ProcessId}", Path.Combine(folder, "logs"));
        var mesh = await Mesh.StartAsync(network, Path.Combine(folder, "state"));
        mesh.SidecarOptions = ["--loops", $"{loops}"];
        var testbed = new Testbed(folder, mesh);
        try
        {
            await testbed.StartHostsAsync(network);
            return testbed;
        }
        catch
        {
            await testbed.DisposeAsync();
            throw;
        }
    }

    public ProxyPair this[string name] => name == ProxyPair.Hauberk
        ? new ProxyPair(name, Client, ServiceAddress, 80, _serverSidecar, _clientSidecar)
        : _peers.Single(pair => pair.Name == name);

    /// <summary>Ends the caller's sidecar; what it knew stays on disk.</summary>
    public ValueTask StopClientSidecarAsync() => _clientSidecar.DisposeAsync();

    public async Task StartClientSidecarAsync() => _clientSidecar = await Mesh.StartSidecarAsync(Client, Mesh.JoinFileOf(Client));

    public async ValueTask DisposeAsync()
    {
        await Mesh.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartHostsAsync(Network network)
    {
        Client = await network.AddHostAsync("client", 21);
        Server = await network.AddHostAsync("server", 22);
        var peerClient = await network.AddHostAsync("peer-client", 23);
        var peerServer = await network.AddHostAsync("peer-server", 24);
        foreach (var host in new[] { Client, Server, peerClient, peerServer }) await AllowManyConnectionsAsync(host);
        await Mesh.ApplyAsync(Resources);
        await Task.WhenAll(StartMeshAsync(), StartPeersAsync(peerClient, peerServer), StartApplicationAsync(Server), StartApplicationAsync(peerServer));
        foreach (var name in _peers.Select(p => p.Name).Prepend(ProxyPair.Hauberk)) await AnswersAsync(this[name]);
    }

    private async Task StartMeshAsync()
    {
        await Task.WhenAll(JoinClientAsync(), JoinServerAsync());
        IdleSidecarPssKib = Math.Max(ProcessCost.PssKib(_clientSidecar.Pid), ProcessCost.PssKib(_serverSidecar.Pid));
    }

    private async Task JoinClientAsync() => _clientSidecar = await Mesh.JoinAsync(Client, "bench/client-1", "client");

    private async Task JoinServerAsync() => _serverSidecar = await Mesh.JoinAsync(Server, "bench/server-1", "server");

    private async Task StartPeersAsync(Host client, Host server) => _peers = await new PeerHosts(client, server, _folder).StartAsync();

    private async Task StartApplicationAsync(Host host)
    {
        var folder = Path.Combine(_folder, $"{host.Name}-application");
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync(Path.Combine(folder, "bulk"), RandomNumberGenerator.GetBytes(BulkBytes));
        var configuration = Template.Fill("application.conf", Path.Combine(folder, "nginx.conf"), new()
        {
            ["folder"] = folder,
            ["pid"] = Path.Combine(folder, "pid"),
            ["body"] = new string('x', 1024),
        });
        host.Start("application", "nginx", "-c", configuration);
        await Wait.UntilAsync($"the application on {host.Name} listens", () => host.IsListeningAsync(80));
    }

    private static async Task AnswersAsync(ProxyPair pair) =>
        await Wait.UntilAsync($"{pair.Name} answers", async () =>
            (await pair.Caller.TryAsync("curl", "-sf", "-o", "/dev/null", "--max-time", "5", $"http://{pair.Address}:{pair.Port}/")).ExitCode == 0);

    // A connection per request uses up local ports within seconds otherwise.
    private static async Task AllowManyConnectionsAsync(Host host) =>
        await host.RunAsync("sysctl", "-qw", "net.ipv4.ip_local_port_range=20000 65000", "net.ipv4.tcp_tw_reuse=1", "net.core.somaxconn=4096");

    private const string Resources = """
        apiVersion: v1
        kind: Service
        metadata: {name: server, namespace: bench}
        spec:
          clusterIP: 10.255.0.10
          selector: {app: server}
          ports:
          - {name: http, port: 80}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: client-1, namespace: bench}
        spec: {address: 10.77.0.21, serviceAccount: client, labels: {app: client}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: server-1, namespace: bench}
        spec: {address: 10.77.0.22, serviceAccount: server, labels: {app: server}}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: server, namespace: bench}
        spec:
          selector: {matchLabels: {app: server}}
          mtls: {mode: STRICT}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: server, namespace: bench}
        spec:
          selector: {matchLabels: {app: server}}
          action: ALLOW
          rules:
          - from: [{source: {principals: [cluster.local/ns/bench/sa/client]}}]
            to: [{operation: {ports: ["80"]}}]
        """;
}
