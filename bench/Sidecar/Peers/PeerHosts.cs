using System.Globalization;
using Hauberk.Lab;

namespace Hauberk.Sidecar.Benchmarks.Peers;

/// <summary>HAProxy and nginx as a proxy on each of two hosts, from the configurations beside this file.</summary>
internal sealed class PeerHosts(Host client, Host server, string folder, int threads)
{
    private int nextPort = 11000;

    private string Certificates => Path.Combine(folder, "certificates");

    public async Task<IReadOnlyList<ProxyPair>> StartAsync()
    {
        PeerCertificates.Write(Certificates);
        return
        [
            await StartHaproxyAsync(ProxyPair.HaproxyMutualTls, "haproxy-mtls-client.cfg", "haproxy-mtls-server.cfg", ""),
            await StartHaproxyAsync(ProxyPair.HaproxyFullHandshake, "haproxy-mtls-client.cfg", "haproxy-mtls-server.cfg", "no-ssl-reuse"),
            await StartHaproxyAsync(ProxyPair.HaproxyPlaintext, "haproxy-plaintext.cfg", "haproxy-plaintext.cfg", ""),
            await StartNginxAsync(ProxyPair.NginxMutualTls),
        ];
    }

    private async Task<ProxyPair> StartHaproxyAsync(string name, string clientFile, string serverFile, string reuse)
    {
        var (near, far) = (nextPort++, nextPort++);
        var serverSide = Configure(name, serverFile, server.Address, far, $"{server.Address}:80", reuse);
        var clientSide = Configure(name, clientFile, "127.0.0.1", near, $"{server.Address}:{far}", reuse);
        var first = server.Start($"{name}-server", "haproxy", "-db", "-f", serverSide);
        return await ReadyAsync(name, near, far, first, client.Start($"{name}-client", "haproxy", "-db", "-f", clientSide));
    }

    private async Task<ProxyPair> StartNginxAsync(string name)
    {
        var (near, far) = (nextPort++, nextPort++);
        var serverSide = Configure(name, "nginx-mtls-server.conf", server.Address, far, $"{server.Address}:80", "");
        var clientSide = Configure(name, "nginx-mtls-client.conf", "127.0.0.1", near, $"{server.Address}:{far}", "");
        var first = server.Start($"{name}-server", "nginx", "-c", serverSide);
        return await ReadyAsync(name, near, far, first, client.Start($"{name}-client", "nginx", "-c", clientSide));
    }

    private async Task<ProxyPair> ReadyAsync(string name, int near, int far, params HostProcess[] processes)
    {
        await Wait.UntilAsync($"{name} listens", async () => await server.IsListeningAsync(far) && await client.IsListeningAsync(near));
        return new ProxyPair(name, client, server, "127.0.0.1", near, processes);
    }

    private string Configure(string name, string file, string address, int listen, string upstream, string reuse)
    {
        var port = listen.ToString(CultureInfo.InvariantCulture);
        return Template.Fill(file, Path.Combine(folder, $"{name}-{port}.conf"), new()
        {
            ["address"] = address,
            ["listen"] = port,
            ["upstream"] = upstream,
            ["reuse"] = reuse,
            ["threads"] = threads.ToString(CultureInfo.InvariantCulture),
            ["certificates"] = Certificates,
            ["pid"] = Path.Combine(folder, $"{name}-{port}.pid"),
        });
    }
}
