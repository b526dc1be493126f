using System.Net;
using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests.LongLife;

/// <summary>nginx behind a sidecar: a kilobyte from memory at "/", <see cref="BulkBytes"/> at "/bulk".</summary>
public sealed class MeshedServer(Mesh mesh, string way, Host host, string serviceAddress)
{
    public const int BulkBytes = 64 << 20;

    public string Way => way;

    public Host Host => host;

    /// <summary>Where the client calls it.</summary>
    public IPEndPoint Service { get; } = new(IPAddress.Parse(serviceAddress), 80);

    public HostProcess Sidecar { get; private set; } = null!;

    public string Resources { get; } = $$"""
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: {{way}}, namespace: shop}
        spec:
          clusterIP: {{serviceAddress}}
          selector: {app: {{way}}}
          ports:
          - {name: http, port: 80}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: {{way}}, namespace: shop}
        spec: {address: {{host.Address}}, serviceAccount: {{way}}, labels: {app: {{way}} } }

        """;

    public async Task StartAsync(string folder)
    {
        await host.RunAsync("sysctl", "-qw", "net.core.somaxconn=4096");
        await StartApplicationAsync(Path.Combine(folder, way));
        await StartSidecarAsync(() => mesh.JoinAsync(host, $"shop/{way}", way));
    }

    public Task RestartSidecarAsync() => StartSidecarAsync(() => mesh.StartSidecarAsync(host, mesh.JoinFileOf(host)));

    /// <summary>The client's sidecar hears of the way with the server's first details, and asks again after a while where it found none.</summary>
    public Task AnswersByItsWayAsync(Host client) => Wait.UntilAsync($"{way} answers by its own way", async () =>
    {
        var called = await client.TryAsync("curl", "-sf", "-o", "/dev/null", "--max-time", "5", $"http://{serviceAddress}/");
        return called.ExitCode == 0 && (await SidecarFootprint.TakeAsync(host, Sidecar)).Tunnels > 0 == (way == BothWays.Tunnel);
    });

    private async Task StartSidecarAsync(Func<Task<HostProcess>> start)
    {
        mesh.SidecarOptions = way == BothWays.Plain ? ["--no-tunnels"] : [];
        Sidecar = await start();
        mesh.SidecarOptions = [];
    }

    private async Task StartApplicationAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await using (var bulk = File.Create(Path.Combine(folder, "bulk"))) bulk.SetLength(BulkBytes);
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, $$"""
            user root;
            daemon off;
            pid {{folder}}/pid;
            error_log stderr warn;
            worker_rlimit_nofile {{DescriptorLimit.Hard}};
            events { worker_connections {{DescriptorLimit.Hard}}; }
            http {
              access_log off;
              # One fast connection would have the server for itself otherwise.
              sendfile on;
              sendfile_max_chunk 64k;
              keepalive_requests 1000000;
              keepalive_timeout 600s;
              client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
              server {
                listen 80 backlog=4096;
                location / { return 200 "{{new string('x', HttpSocket.AnswerBytes)}}"; }
                location /bulk { alias {{folder}}/bulk; }
              }
            }
            """);
        host.Start("application", "nginx", "-c", configuration);
        await Wait.UntilAsync($"the application of {way} listens", () => host.IsListeningAsync(80));
    }
}
