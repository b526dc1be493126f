using System.Globalization;
using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>A caller and an application with a sidecar each, and what the control plane is told of them.</summary>
/// <param name="through"><see cref="ProxyPair.Tunnel"/>, or <see cref="ProxyPair.Plain"/>: the server's sidecar takes no tunnels.</param>
/// <param name="loops">Event loops of each sidecar.</param>
internal sealed class MeshedPair(Mesh mesh, string through, Host client, Host server, string serviceAddress, int loops)
{
    private HostProcess _clientSidecar = null!;
    private HostProcess _serverSidecar = null!;

    public ProxyPair Pair => new(through, client, server, serviceAddress, 80, _serverSidecar, _clientSidecar)
    {
        AccessLog = Path.Combine(mesh.Network.LogFolder, $"{client.Name}-access.log"),
    };

    /// <summary>Of the server's sidecar at rest, when it had just become ready.</summary>
    public long IdlePssKib { get; private set; }

    public string Resources { get; } = $$$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{{through}}}-server, namespace: bench}
        spec:
          clusterIP: {{{serviceAddress}}}
          selector: {app: {{{through}}}-server}
          ports:
          - {name: http, port: 80}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: {{{through}}}-client, namespace: bench}
        spec: {address: {{{client.Address}}}, serviceAccount: {{{through}}}-client, labels: {app: {{{through}}}-client}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: {{{through}}}-server, namespace: bench}
        spec: {address: {{{server.Address}}}, serviceAccount: {{{through}}}-server, labels: {app: {{{through}}}-server}}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: {{{through}}}-server, namespace: bench}
        spec:
          selector: {matchLabels: {app: {{{through}}}-server}}
          mtls: {mode: STRICT}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: {{{through}}}-server, namespace: bench}
        spec:
          selector: {matchLabels: {app: {{{through}}}-server}}
          action: ALLOW
          rules:
          - from: [{source: {principals: [cluster.local/ns/bench/sa/{{{through}}}-client]}}]
            to: [{operation: {ports: ["80"]}}]
        """;

    /// <summary>Not beside another pair's: the mesh has one set of options at a time for what it starts.</summary>
    public async Task StartAsync()
    {
        mesh.SidecarOptions = through == ProxyPair.Plain ? [.. CommonOptions, "--no-tunnels"] : CommonOptions;
        _serverSidecar = await mesh.JoinAsync(server, $"bench/{through}-server", $"{through}-server");
        IdlePssKib = ProcessCost.PssKib(_serverSidecar.Pid);
        mesh.SidecarOptions = CommonOptions;
        _clientSidecar = await mesh.JoinAsync(client, $"bench/{through}-client", $"{through}-client");
    }

    /// <summary>Ends the caller's sidecar; what it knew stays on disk.</summary>
    public ValueTask StopClientSidecarAsync() => _clientSidecar.DisposeAsync();

    public async Task StartClientSidecarAsync() => _clientSidecar = await mesh.StartSidecarAsync(client, mesh.JoinFileOf(client));

    private string[] CommonOptions => ["--loops", loops.ToString(CultureInfo.InvariantCulture)];
}
