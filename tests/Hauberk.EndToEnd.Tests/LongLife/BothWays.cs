using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests.LongLife;

/// <summary>A client, and behind two sidecars a server each: one takes tunnels, to the other each connection is mutual TLS of its own.</summary>
public sealed class BothWays : IAsyncLifetime
{
    public const string Tunnel = "tunnel";
    public const string Plain = "plain";

    private readonly Dictionary<string, MeshedServer> servers = [];
    private string folder = "";
    private Mesh? mesh;

    public Host Client { get; private set; } = null!;

    public HostProcess ClientSidecar { get; private set; } = null!;

    /// <param name="way"><see cref="Tunnel"/> or <see cref="Plain"/>.</param>
    public MeshedServer this[string way] => servers[way];

    public async ValueTask InitializeAsync()
    {
        folder = Directory.CreateTempSubdirectory("hauberk-life-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var network = await Network.CreateAsync($"hbl{Environment.ProcessId}", Path.Combine(folder, "logs"));
        mesh = await Mesh.StartAsync(network, Path.Combine(folder, "state"));
        Client = await network.AddHostAsync("client", 21);
        // Tens of thousands of connections within the minute for which each keeps its port.
        await Client.RunAsync("sysctl", "-qw", "net.ipv4.ip_local_port_range=1024 65000", "net.ipv4.tcp_tw_reuse=1", "net.core.somaxconn=4096");
        foreach (var (way, number) in new[] { (Tunnel, 22), (Plain, 23) })
            servers.Add(way, new MeshedServer(mesh, way, await network.AddHostAsync(way, number), $"10.255.0.{number}"));
        await mesh.ApplyAsync(Resources + string.Concat(servers.Values.Select(static s => s.Resources)));
        ClientSidecar = await mesh.JoinAsync(Client, "shop/client", "client");
        foreach (var server in servers.Values)
        {
            await server.StartAsync(folder);
            await server.AnswersByItsWayAsync(Client);
        }
    }

    public async Task RestartClientSidecarAsync() => ClientSidecar = await mesh!.StartSidecarAsync(Client, mesh.JoinFileOf(Client));

    public async ValueTask DisposeAsync()
    {
        if (mesh is not null) await mesh.DisposeAsync();
        if (folder.Length > 0) Directory.Delete(folder, recursive: true);
    }

    private const string Resources = """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: strict, namespace: shop}
        spec: {mtls: {mode: STRICT}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: client, namespace: shop}
        spec: {address: 10.77.0.21, serviceAccount: client}

        """;
}
