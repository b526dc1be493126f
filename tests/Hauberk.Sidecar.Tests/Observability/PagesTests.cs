using System.Net;
using System.Net.Sockets;
using System.Text;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Tests.Identity;
using Hauberk.Sidecar.Tests.Supervision;

namespace Hauberk.Sidecar.Tests.Observability;

/// <summary>The pages of the program itself, in a network namespace of its own.</summary>
public sealed class PagesTests : IAsyncLifetime
{
    private readonly NetworkNamespace network = new();
    private readonly TemporaryDirectory directory = new();
    private System.Diagnostics.Process process = null!;
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var mesh = new TestMesh(now);
        var state = StateDirectory.Open(directory.At("state"));
        var certificate = TestWorkload.Certificate(mesh, now.AddMinutes(-1), now.AddHours(1));
        key = Convert.ToBase64String(certificate.PrivateKeyDer.Span)[..64];
        new CertificateFile(state).Save(certificate);
        SavedMesh.Save(mesh, state);
        SavedMesh.JoinFile(mesh).Write(directory.At("join.json"));
        process = network.Start(
            SidecarExecutable.Path, ["run", "--join", directory.At("join.json"), "--state-dir", directory.At("state"), "--mark", "--loops", "1", "--drain-ms", "0"]);
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Until.TrueAsync(() => Get(SidecarPorts.Readiness, "/healthz/ready")?.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) ?? false, "readiness");
    }

    [Fact]
    public async Task They_show_what_the_sidecar_runs_by_and_stop_it_when_asked()
    {
        var configuration = Get(SidecarPorts.Admin, "/config")!;
        Assert.Contains("\"workload\": \"shop/web-1\"", configuration, StringComparison.Ordinal);
        Assert.Contains("\"controlPlaneConnected\": false", configuration, StringComparison.Ordinal);
        var certificates = Get(SidecarPorts.Admin, "/certs")!;
        Assert.Contains(TestMesh.WebId, certificates, StringComparison.Ordinal);
        Assert.DoesNotContain("\\u0022", certificates, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", certificates, StringComparison.Ordinal);
        Assert.DoesNotContain(key, certificates, StringComparison.Ordinal);
        Assert.Contains("\"inbound\": 0", Get(SidecarPorts.Admin, "/connections"), StringComparison.Ordinal);

        Assert.StartsWith("HTTP/1.1 421", Get(SidecarPorts.Admin, "/config", host: "attacker.example"), StringComparison.Ordinal);
        foreach (var header in (string[])["Origin: null", "Origin: http://127.0.0.1:15000", "Sec-Fetch-Site: cross-site"])
            Assert.StartsWith("HTTP/1.1 403", Get(SidecarPorts.Admin, "/quitquitquit", "POST", header: header), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 405", Get(SidecarPorts.Admin, "/quitquitquit"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 404", Get(SidecarPorts.Metrics, "/config"), StringComparison.Ordinal);
        AssertMetrics(Get(SidecarPorts.Metrics, "/metrics")!);

        Assert.StartsWith("HTTP/1.1 200", Get(SidecarPorts.Admin, "/quitquitquit", "POST"), StringComparison.Ordinal);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void The_admin_page_is_for_this_host_alone()
    {
        var listening = network.Execute("ss", "-Hltn").Split('\n').Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static l => l.Length > 3).Select(static l => l[3]).ToList();
        Assert.Contains("127.0.0.1:15000", listening);
        Assert.Contains("127.0.0.1:15001", listening);
        Assert.DoesNotContain(listening, static l => l != "127.0.0.1:15000" && l.EndsWith(":15000", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        network.Dispose();
        directory.Dispose();
    }

    private static void AssertMetrics(string response)
    {
        var lines = response.Split("\r\n\r\n", 2)[1].Split('\n');
        Assert.Contains("hauberk_ready 1", lines);
        Assert.Contains("hauberk_control_plane_connected 0", lines);
        Assert.Contains("hauberk_address_index_entries 1", lines);
        Assert.Contains("hauberk_native_resources{kind=\"TlsSession\"} 0", lines);
        foreach (var name in lines.Where(static l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(static l => l.Split(' ')[2]).GroupBy(static n => n))
            Assert.True(name.Count() == 1, $"{name.Key} is described twice");
    }

    private string? Get(int port, string path, string method = "GET", string host = "127.0.0.1", string header = "Accept: */*")
    {
        try
        {
            using var socket = network.Socket();
            socket.Connect(IPAddress.Loopback, port);
            socket.Send(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{header}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
            var response = new StringBuilder();
            var buffer = new byte[64 * 1024];
            for (int length; (length = socket.Receive(buffer)) > 0;)
                response.Append(Encoding.UTF8.GetString(buffer, 0, length));
            return response.ToString();
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
