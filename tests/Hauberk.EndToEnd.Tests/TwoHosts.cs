using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests;

/// <summary>A mesh of one client and one server host, and a legacy host without a sidecar. The programs are the published ones.</summary>
public sealed class TwoHosts : IAsyncLifetime
{
    private Mesh? mesh;

    public Mesh Mesh => mesh!;
    public Host Client { get; private set; } = null!;
    public Host Server { get; private set; } = null!;
    public Host Legacy { get; private set; } = null!;
    public HostProcess ClientSidecar { get; set; } = null!;
    public HostProcess ServerSidecar { get; set; } = null!;

    /// <summary>Removed at the end; readable by the servers' own users.</summary>
    public string Folder { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new LabException("the end-to-end tests make network namespaces and start servers as their own users: run them as root");
        Folder = Directory.CreateTempSubdirectory("hauberk-e2e-").FullName;
        File.SetUnixFileMode(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var network = await Network.CreateAsync($"hbk{Environment.ProcessId}", Path.Combine(Folder, "logs"));
        mesh = await Mesh.StartAsync(network, Path.Combine(Folder, "state"));
        Client = await network.AddHostAsync("client", 21);
        Server = await network.AddHostAsync("server", 22);
        Legacy = await network.AddHostAsync("legacy", 31);
        await Mesh.ApplyAsync(Resources);
        ClientSidecar = await Mesh.JoinAsync(Client, "shop/client-1", "client");
        ServerSidecar = await Mesh.JoinAsync(Server, "shop/server-1", "server");
    }

    public async ValueTask DisposeAsync()
    {
        if (mesh is not null) await mesh.DisposeAsync();
        if (Folder.Length > 0) Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Sets the mode of the server's workload and waits until its sidecar enforces it.</summary>
    public async Task SetServerModeAsync(string mode)
    {
        await Mesh.ApplyAsync($"""
            apiVersion: security.istio.io/v1
            kind: PeerAuthentication
            metadata:
              name: server
              namespace: shop
            spec:
              selector:
                matchLabels:
                  app: server
              mtls:
                mode: {mode}
            """);
        await Wait.UntilAsync($"the server's sidecar is {mode}", async () =>
            (await Server.TryAsync("curl", "-sf", "http://127.0.0.1:15000/config")).Output.Contains(mode, StringComparison.Ordinal));
    }

    private const string Resources = """
        apiVersion: v1
        kind: Service
        metadata: {name: server, namespace: shop}
        spec:
          clusterIP: 10.255.0.10
          selector: {app: server}
          ports:
          - {name: tcp-postgres, port: 5432}
          - {name: http, port: 80}
          - {name: redis, port: 6379}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: client-1, namespace: shop}
        spec: {address: 10.77.0.21, serviceAccount: client, labels: {app: client}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: server-1, namespace: shop}
        spec: {address: 10.77.0.22, serviceAccount: server, labels: {app: server}}
        """;
}
