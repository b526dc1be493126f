using System.Security.Cryptography;
using Hauberk.Lab;
using Hauberk.Sidecar.Benchmarks.Peers;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>
/// Pairs of hosts, a caller and an application each: two meshed pairs, one that takes tunnels and one that does not; one with the peers between them,
/// captured as a sidecar's host is; and, unless it is quick, one where the peers are called directly. Policy, access log and metrics of the sidecars are on.
/// </summary>
internal sealed class Testbed : IAsyncDisposable
{
    private const int BulkBytes = 64 << 20;

    private readonly string _folder;
    private readonly Mesh _mesh;
    private readonly int _loops;
    private readonly Dictionary<string, MeshedPair> _meshed = [];
    private readonly List<ProxyPair> _peers = [];

    private Testbed(string folder, Mesh mesh, int loops)
    {
        _folder = folder;
        _mesh = mesh;
        _loops = loops;
    }

    /// <summary>Of the sidecar that was started first, before there was another one that it could have shared pages with.</summary>
    public long IdleSidecarPssKib => _meshed[ProxyPair.Ours[0]].IdlePssKib;

    /// <param name="loops">Event loops of each sidecar, threads of each peer.</param>
    /// <param name="withDirectPeers">Each of <see cref="ProxyPair.Direct"/>, too.</param>
    public static async Task<Testbed> StartAsync(int loops, bool withDirectPeers)
    {
        // Not below the checkout: the sidecars give up root and must still reach their state.
        var folder = Directory.CreateTempSubdirectory("hauberk-bench-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var network = await Network.CreateAsync($"hbb{Environment.ProcessId}", Path.Combine(folder, "logs"));
        var mesh = await Mesh.StartAsync(network, Path.Combine(folder, "state"));
        var testbed = new Testbed(folder, mesh, loops);
        try
        {
            await testbed.StartHostsAsync(network, withDirectPeers);
            return testbed;
        }
        catch
        {
            await testbed.DisposeAsync();
            throw;
        }
    }

    public ProxyPair this[string name] => _meshed.TryGetValue(name, out var meshed) ? meshed.Pair : _peers.Single(pair => pair.Name == name);

    /// <param name="name">One of <see cref="ProxyPair.Ours"/>.</param>
    public MeshedPair Meshed(string name) => _meshed[name];

    public async ValueTask DisposeAsync()
    {
        await _mesh.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartHostsAsync(Network network, bool withDirectPeers)
    {
        foreach (var through in ProxyPair.Ours) await AddMeshedAsync(network, through, 21 + 2 * _meshed.Count);
        await Task.WhenAll(StartMeshedAsync(), AddPeersAsync(network, "peer", 31, isCaptured: true));
        if (withDirectPeers) await AddPeersAsync(network, "direct", 41, isCaptured: false);
        foreach (var name in _peers.Select(p => p.Name).Concat(ProxyPair.Ours)) await AnswersAsync(this[name]);
    }

    private async Task AddMeshedAsync(Network network, string through, int number)
    {
        var (client, server) = await AddHostsAsync(network, through, number);
        var meshed = _meshed[through] = new MeshedPair(_mesh, through, client, server, $"10.255.0.{number}", _loops);
        await Task.WhenAll(_mesh.ApplyAsync(meshed.Resources), StartApplicationAsync(server));
    }

    private static async Task<(Host Client, Host Server)> AddHostsAsync(Network network, string name, int number)
    {
        var (client, server) = (await network.AddHostAsync($"{name}-client", number), await network.AddHostAsync($"{name}-server", number + 1));
        foreach (var host in new[] { client, server }) await AllowManyConnectionsAsync(host);
        return (client, server);
    }

    private async Task StartMeshedAsync()
    {
        foreach (var meshed in _meshed.Values) await meshed.StartAsync();
    }

    private async Task AddPeersAsync(Network network, string name, int number, bool isCaptured)
    {
        var (client, server) = await AddHostsAsync(network, name, number);
        await StartApplicationAsync(server);
        _peers.AddRange(await new PeerHosts(client, server, Path.Combine(_folder, name), _loops, isCaptured).StartAsync());
    }

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

    /// <summary>For a pair of ours: by the way that it stands for, which the caller's sidecar may hear of only after the first call.</summary>
    private static async Task AnswersAsync(ProxyPair pair) => await Wait.UntilAsync($"{pair.Name} answers, by its own way", async () =>
    {
        var records = pair.AccessLog is null ? null : new AccessRecords(pair);
        var called = await pair.Caller.TryAsync("curl", "-sf", "-o", "/dev/null", "--max-time", "5", $"http://{pair.Address}:{pair.Port}/");
        return called.ExitCode == 0 && (records is null || await records.AgreeAsync());
    });

    // A connection per request uses up local ports within seconds otherwise.
    private static async Task AllowManyConnectionsAsync(Host host) =>
        await host.RunAsync("sysctl", "-qw", "net.ipv4.ip_local_port_range=20000 65000", "net.ipv4.tcp_tw_reuse=1", "net.core.somaxconn=4096");
}
