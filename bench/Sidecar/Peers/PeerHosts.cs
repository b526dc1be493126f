using System.Globalization;
using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks.Peers;

/// <summary>HAProxy and nginx as a proxy on each of two hosts, from the configurations beside this file.</summary>
/// <param name="isCaptured">
/// Both hosts redirect what is called to the proxies, as a sidecar's host does; otherwise each is called at its own port, in hosts without a rule.
/// </param>
internal sealed class PeerHosts(Host client, Host server, string folder, int threads, bool isCaptured)
{
    private readonly List<PeerPorts> ports = [];

    private string Certificates => Path.Combine(folder, "certificates");

    public async Task<IReadOnlyList<ProxyPair>> StartAsync()
    {
        PeerCertificates.Write(Certificates);
        ProxyPair[] pairs =
        [
            await StartHaproxyAsync(ProxyPair.HaproxyMutualTls, "haproxy-mtls-client.cfg", "haproxy-mtls-server.cfg", ""),
            await StartHaproxyAsync(ProxyPair.HaproxyFullHandshake, "haproxy-mtls-client.cfg", "haproxy-mtls-server.cfg", "no-ssl-reuse"),
            await StartHaproxyAsync(ProxyPair.HaproxyPlaintext, "haproxy-plaintext.cfg", "haproxy-plaintext.cfg", ""),
            await StartNginxAsync(ProxyPair.NginxMutualTls),
        ];
        if (isCaptured) await CaptureAsync();
        return pairs;
    }

    private async Task<ProxyPair> StartHaproxyAsync(string name, string clientFile, string serverFile, string reuse)
    {
        var (through, near, far) = Configure(name, clientFile, serverFile, reuse);
        return await ReadyAsync(name, through, server.Start($"{name}-server", "haproxy", "-db", "-f", far), client.Start($"{name}-client", "haproxy", "-db", "-f", near));
    }

    private async Task<ProxyPair> StartNginxAsync(string name)
    {
        var (through, near, far) = Configure(name, "nginx-mtls-client.conf", "nginx-mtls-server.conf", "");
        return await ReadyAsync(name, through, server.Start($"{name}-server", "nginx", "-c", far), client.Start($"{name}-client", "nginx", "-c", near));
    }

    private async Task<ProxyPair> ReadyAsync(string name, PeerPorts through, params HostProcess[] processes)
    {
        await Wait.UntilAsync($"{name} listens", async () => await server.IsListeningAsync(through.Far) && await client.IsListeningAsync(through.Near));
        return isCaptured
            ? new ProxyPair(name, client, server, server.Address, through.Called, processes)
            : new ProxyPair(ProxyPair.Direct(name), client, server, "127.0.0.1", through.Near, processes);
    }

    private (PeerPorts Through, string Near, string Far) Configure(string name, string clientFile, string serverFile, string reuse)
    {
        var through = new PeerPorts(ports.Count);
        ports.Add(through);
        var near = Configure(name, clientFile, "127.0.0.1", through.Near, $"{server.Address}:{(isCaptured ? through.Crossed : through.Far)}", reuse);
        return (through, near, Configure(name, serverFile, server.Address, through.Far, $"{server.Address}:80", reuse));
    }

    private string Configure(string name, string file, string address, int listen, string upstream, string reuse)
    {
        var port = Text(listen);
        return Template.Fill(file, Path.Combine(folder, $"{name}-{port}.conf"), new()
        {
            ["address"] = address,
            ["listen"] = port,
            ["upstream"] = upstream,
            ["reuse"] = reuse,
            ["threads"] = Text(threads),
            ["certificates"] = Certificates,
            ["pid"] = Path.Combine(folder, $"{name}-{port}.pid"),
        });
    }

    private async Task CaptureAsync()
    {
        var rules = Template.Fill("capture.nft", Path.Combine(folder, "capture.nft"), new()
        {
            ["outbound"] = string.Join(", ", ports.Select(p => $"{Text(p.Called)} : {Text(p.Near)}")),
            ["inbound"] = string.Join(", ", ports.Select(p => $"{Text(p.Crossed)} : {Text(p.Far)}")),
        });
        foreach (var host in new[] { client, server }) await host.RunAsync("nft", "-f", rules);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
