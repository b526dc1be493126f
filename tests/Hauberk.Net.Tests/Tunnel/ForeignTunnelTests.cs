using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Relay;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>HTTP/2 as others wrote it (python3-h2, nghttp2, HAProxy, .NET), over mutual TLS, in both roles.</summary>
public sealed class ForeignTunnelTests : TunnelTest, IDisposable
{
    private const int Megabyte = 1024 * 1024;
    // Debian's, which has Debian's h2.
    private const string Python = "/usr/bin/python3";

    private readonly string folder;

    public ForeignTunnelTests() => folder = ForeignProgram.WriteFiles(Authority, "foreign");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task An_ordinary_HTTP_2_client_gets_a_proper_answer_every_time()
    {
        int tunnels = 0;
        TlsContext context = Own(Authority.Context(TlsRole.Server, "server", "h2"));
        ListenerSocket listener = await ListenAsync(async connection =>
        {
            TlsHandshakeResult secured = await TlsHandshake.AcceptAsync(connection, context, Deadline.After(PatienceMs));
            Interlocked.Increment(ref tunnels);
            await TunnelConnection.Accept(secured.Channel!, TunnelOptions.Default, Hold).Completion;
        });
        using HttpClient client = CreateClient();
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri($"https://{listener.LocalEndPoint}/{i}"), TestContext.Current.CancellationToken);
            Assert.Equal((HttpStatusCode.BadRequest, HttpVersion.Version20), (answer.StatusCode, answer.Version));
        }
        Assert.Equal(1, tunnels);
    }

    [Fact]
    public async Task Nghttp_gets_a_proper_answer_every_time()
    {
        IPEndPoint server = await ListenAsync();
        using var client = ForeignProgram.Start(
            "nghttp", "--verbose", "--null-out", "--multiply=20", $"--cert={folder}/cert.pem", $"--key={folder}/key.pem", $"https://{server}/");
        Assert.Equal(0, await client.ExitAsync());
        await client.ExpectAsync(":status: 400", times: 20);
        Assert.DoesNotContain("error_code=PROTOCOL_ERROR", client.Output, StringComparison.Ordinal);
    }

    [Theory, InlineData(1, 8 * Megabyte), InlineData(20, 300_000), InlineData(100, 0)]
    public async Task Python_sends_through_our_server_and_gets_all_of_it_back(int streams, int bytes)
    {
        IPEndPoint server = await ListenAsync();
        IPEndPoint backend = StartEcho();
        using var client = ForeignProgram.Start(Python, Script("foreign_peer.py"), "client", $"{server.Port}", folder, $"{backend}", $"{streams}", $"{bytes}");
        Assert.True(await client.ExitAsync() == 0, client.Output);
        await client.ExpectAsync("all echoed");
    }

    [Fact]
    public async Task Our_client_sends_through_a_server_of_python_and_gets_all_of_it_back()
    {
        using ForeignProgram server = await StartPythonAsync(goodbyeAfter: 0);
        TunnelMesh mesh = await ConnectAsync(PortOf(server), Nowhere);
        await EchoAtOnceAsync(mesh, streams: 12, Megabyte / 2);
        Socket broken = Dial(mesh.Outbound.LocalEndPoint);
        broken.Send("x"u8);
        Assert.Equal("x", ReceiveText(broken, 1));
        Reset(broken);
        await server.ExpectAsync("reset 8");
        await OnLoop(mesh.Client.Drain);
        await InTime(mesh.Client.Completion);
        await server.ExpectAsync("goodbye 0");
        Assert.Null(mesh.Client.Problem);
    }

    [Fact]
    public async Task A_server_of_python_that_leaves_ends_with_its_last_stream()
    {
        using ForeignProgram server = await StartPythonAsync(goodbyeAfter: 2);
        TunnelMesh mesh = await ConnectAsync(PortOf(server), Nowhere);
        Socket first = Dial(mesh.Outbound.LocalEndPoint);
        first.Send("one"u8);
        Assert.Equal("one", ReceiveText(first, 3));
        await EchoAtOnceAsync(mesh, streams: 1, Megabyte);
        await UntilAsync(() => mesh.Client.IsLeaving, "the goodbye");
        first.Send("still"u8);
        Assert.Equal("still", ReceiveText(first, 5));
        first.Shutdown(SocketShutdown.Send);
        AssertEnded(first);
        await InTime(mesh.Client.Completion);
        Assert.Null(mesh.Client.Problem);
    }

    [Fact]
    public async Task HAProxy_stands_between_two_of_ours()
    {
        IPEndPoint server = await ListenAsync();
        IPEndPoint backend = StartEcho();
        int port = StartHAProxy(server.Port, out ForeignProgram proxy);
        using (proxy)
        {
            TunnelMesh mesh = await ConnectAsync(port, backend);
            await EchoAtOnceAsync(mesh, streams: 1, 16 * Megabyte);
            // No more than its buffers hold: it stops reading a connection while one stream has no room, and its two connections would wait for each other.
            await EchoAtOnceAsync(mesh, streams: 20, bytes: 8 * 1024);
            Socket client = Dial(mesh.Outbound.LocalEndPoint);
            client.Send("x"u8);
            Assert.Equal("x", ReceiveText(client, 1));
            proxy.Kill();
            AssertReset(client);
            await InTime(mesh.Client.Completion);
        }
    }

    private static IPEndPoint Nowhere { get; } = new(IPAddress.Loopback, 9);

    private Task<IPEndPoint> ListenAsync() => new TunnelMesh().ListenAsync(Loop, Own(Authority.Context(TlsRole.Server, "server", "h2")));

    private async Task<TunnelMesh> ConnectAsync(int port, IPEndPoint backend)
    {
        var mesh = new TunnelMesh();
        await mesh.ConnectAsync(Loop, new IPEndPoint(IPAddress.Loopback, port), Own(Authority.Context(TlsRole.Client, "client", "h2")), backend);
        return mesh;
    }

    /// <summary>Every application sends and reads at once, ends its side, and gets the rest.</summary>
    private async Task EchoAtOnceAsync(TunnelMesh mesh, int streams, int bytes)
    {
        Socket[] clients = [.. Enumerable.Range(0, streams).Select(_ => Dial(mesh.Outbound.LocalEndPoint))];
        await InTime(Task.WhenAll(clients.SelectMany((client, i) => (Task[])[
            Task.Run(() => Transfer.Send(client, bytes, i)), Task.Run(() => Transfer.Receive(client, bytes, i))])));
        for (int i = 0; i < streams; i++) Assert.Equal(RelayEnd.Completed, (await mesh.OutboundResults.NextAsync()).End);
    }

    private IPEndPoint StartEcho()
    {
        (Socket listener, IPEndPoint endPoint) = OpenBackend();
        _ = Transfer.EchoAllAsync(listener);
        return endPoint;
    }

    private async Task<ForeignProgram> StartPythonAsync(int goodbyeAfter)
    {
        var server = ForeignProgram.Start(Python, Script("foreign_peer.py"), "server", folder, $"{goodbyeAfter}");
        await server.ExpectAsync("listening on ");
        return server;
    }

    private static int PortOf(ForeignProgram server) => int.Parse(server.Output.Split("listening on ")[1].Split('\n')[0], null);

    private int StartHAProxy(int to, out ForeignProgram proxy)
    {
        int port = FreePort();
        File.WriteAllText($"{folder}/both.pem", File.ReadAllText($"{folder}/cert.pem") + "\n" + File.ReadAllText($"{folder}/key.pem"));
        string configuration = File.ReadAllText(Script("foreign-proxy.cfg"))
            .Replace("FOLDER", folder, StringComparison.Ordinal).Replace("FROM", $"{port}", StringComparison.Ordinal).Replace("TO", $"{to}", StringComparison.Ordinal);
        File.WriteAllText($"{folder}/proxy.cfg", configuration);
        proxy = ForeignProgram.Start("/usr/sbin/haproxy", "-db", "-f", $"{folder}/proxy.cfg");
        var deadline = Deadline.After(PatienceMs);
        while (!IsListening(port))
        {
            Assert.False(deadline.HasPassed, proxy.Output);
            Thread.Sleep(5);
        }
        return port;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static bool IsListening(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string Script(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, name);

    private HttpClient CreateClient()
    {
        (string certificate, string key) = Authority.IssuePem("foreign");
        // Kept in memory as PKCS#12: a certificate from PEM has a key that SslStream cannot send on every platform.
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        X509Certificate2 own = Own(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null));
        using var root = X509Certificate2.CreateFromPem(Authority.RootPem);
        byte[] rootKey = root.GetPublicKey();
        return new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [own],
                RemoteCertificateValidationCallback = (_, _, chain, _) => chain!.ChainElements[^1].Certificate.GetPublicKey().AsSpan().SequenceEqual(rootKey),
            },
        })
        {
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
