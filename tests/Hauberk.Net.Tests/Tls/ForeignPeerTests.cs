using System.Net;
using System.Net.Sockets;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Relay;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Tls;

/// <summary>Against OpenSSL's own client and server, which know nothing of us.</summary>
public sealed class ForeignPeerTests : RelayTest, IDisposable
{
    private readonly string folder;

    public ForeignPeerTests() => folder = ForeignProgram.WriteFiles(Authority, "foreign");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_foreign_client_talks_to_a_plain_backend_through_us()
    {
        (ForeignProgram client, Socket server, _) = await ServeClientAsync("-alpn", "istio-peer-exchange,istio");
        client.Type("hello\n");
        Assert.Equal("hello\n", ReceiveText(server, 6));
        server.Send("welcome\n"u8);
        await client.ExpectAsync("welcome");
        Assert.Contains("ALPN protocol: istio\n", client.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_client_may_change_keys_in_mid_stream()
    {
        (ForeignProgram client, Socket server, _) = await ServeClientAsync();
        for (int i = 0; i < 5; i++)
        {
            client.Type("word\n");
            Assert.Equal("word\n", ReceiveText(server, 5));
            // K asks us to change ours as well; k changes the client's only.
            client.Type(i % 2 == 0 ? "K\n" : "k\n");
            await client.ExpectAsync("KEYUPDATE", times: i + 1);
            server.Send("answer "u8);
            await client.ExpectAsync("answer", times: i + 1);
        }
        client.Type("done\n");
        Assert.Equal("done\n", ReceiveText(server, 5));
    }

    [Fact]
    public async Task A_killed_foreign_client_reaches_the_backend_as_a_reset()
    {
        (ForeignProgram client, Socket server, Arrivals<RelayResult> results) = await ServeClientAsync();
        client.Type("hello\n");
        Assert.Equal("hello\n", ReceiveText(server, 6));
        client.Kill();
        AssertReset(server);
        RelayResult result = await results.NextAsync();
        Assert.Equal((RelaySide.Downstream, ChannelProblemKind.Truncated), (result.EndedBy, result.Problem!.Kind));
    }

    [Fact]
    public async Task A_foreign_client_without_a_certificate_is_told()
    {
        var (_, endPoint) = OpenBackend();
        MeshPair pair = await StartPairAsync(tls: true, endPoint);
        using ForeignProgram client = ForeignProgram.OpenSslClient(pair.Inbound.LocalEndPoint, folder);
        Assert.Equal(TlsProblemKind.NoPeerCertificate, (await pair.Refusals.NextAsync()).Kind);
        await client.ExpectAsync("alert certificate required");
    }

    [Fact]
    public async Task A_client_of_an_older_TLS_is_refused()
    {
        var (_, endPoint) = OpenBackend();
        MeshPair pair = await StartPairAsync(tls: true, endPoint);
        using ForeignProgram client = ForeignProgram.OpenSslClient(pair.Inbound.LocalEndPoint, folder, "-tls1_2");
        TlsProblem problem = await pair.Refusals.NextAsync();
        Assert.Equal((TlsProblemKind.Protocol, TlsAlert.ProtocolVersion), (problem.Kind, problem.AlertSent));
    }

    [Fact]
    public async Task We_talk_to_a_foreign_server_that_demands_our_certificate()
    {
        await using ForeignServer server = await DialServerAsync("-Verify", "2", "-verify_return_error", "-alpn", "istio");
        await WriteAsync(server, "question\n");
        await server.Tool.ExpectAsync("question");
        server.Tool.Type("answer\n");
        await UntilAsync(() => server.Probe.Text == "answer\n", "the answer");
        Assert.Equal("istio", server.Channel.AlpnProtocol);
    }

    [Fact]
    public async Task A_foreign_server_may_change_keys_in_mid_stream()
    {
        await using ForeignServer server = await DialServerAsync("-Verify", "2", "-verify_return_error", "-msg");
        server.Tool.Type("one\n");
        await UntilAsync(() => server.Probe.Text == "one\n", "bytes before");
        server.Tool.Type("K\n");
        await server.Tool.ExpectAsync("KeyUpdate");
        server.Tool.Type("two\n");
        await UntilAsync(() => server.Probe.Text == "one\ntwo\n", "bytes after");
        await WriteAsync(server, "with new keys\n");
        await server.Tool.ExpectAsync("with new keys");
        // The one it asked us for came before them.
        await server.Tool.ExpectAsync("KeyUpdate", times: 2);
    }

    [Fact]
    public async Task A_foreign_servers_rejection_is_a_rejected_handshake()
    {
        // The server trusts another root than the one that signed us.
        File.WriteAllText($"{folder}/ca.pem", new TestAuthority().RootPem);
        await using ForeignServer server = await DialServerAsync("-Verify", "2", "-verify_return_error");
        await UntilAsync(() => server.Probe.State == ChannelReadState.Failed, "the rejection");
        Assert.Equal(new ChannelProblem(ChannelProblemKind.HandshakeRejected, "alert UnknownCa from peer"), server.Probe.Problem);
    }

    [Fact]
    public async Task A_killed_foreign_server_is_a_truncation()
    {
        await using ForeignServer server = await DialServerAsync("-Verify", "2", "-verify_return_error");
        server.Tool.Type("one\n");
        await UntilAsync(() => server.Probe.Text == "one\n", "bytes before");
        server.Tool.Kill();
        await UntilAsync(() => server.Probe.State == ChannelReadState.Failed, "the failure");
        Assert.Equal(ChannelProblemKind.Truncated, server.Probe.Problem!.Kind);
    }

    private async Task<(ForeignProgram Client, Socket Server, Arrivals<RelayResult> Results)> ServeClientAsync(params string[] options)
    {
        var (listener, endPoint) = OpenBackend();
        TlsContext server = Own(Authority.Context(TlsRole.Server, "server", "istio"));
        MeshPair pair = await MeshPair.StartAsync(Loop, endPoint, client: null, server);
        ForeignProgram client = Own(ForeignProgram.OpenSslClient(pair.Inbound.LocalEndPoint, folder, ["-cert", $"{folder}/cert.pem", "-key", $"{folder}/key.pem", .. options]));
        return (client, Accept(listener), pair.InboundResults);
    }

    private async Task<ForeignServer> DialServerAsync(params string[] options)
    {
        TlsContext context = Own(Authority.Context(TlsRole.Client, "web", "istio"));
        int port = FreePort();
        ForeignProgram tool = Own(ForeignProgram.OpenSslServer(port, folder, options));
        await tool.ExpectAsync("ACCEPT");
        return await Loop.RunAsync(async () =>
        {
            ConnectResult dialled = await TcpConnection.ConnectAsync(Loop, new IPEndPoint(IPAddress.Loopback, port), ConnectOptions.Default);
            Assert.True(dialled.IsConnected, dialled.Problem?.ToString());
            TlsHandshakeResult secured = await TlsHandshake.ConnectAsync(dialled.Connection, context, "foreign", Deadline.After(PatienceMs));
            Assert.True(secured.IsEstablished, secured.Problem?.ToString());
            return new ForeignServer(tool, secured.Channel, ChannelProbe.Attach(secured.Channel));
        });
    }

    private Task WriteAsync(ForeignServer server, string text) =>
        OnLoop(() => Assert.Equal(ChannelWriteState.Sent, server.Channel.Write(System.Text.Encoding.ASCII.GetBytes(text))));

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private sealed record ForeignServer(ForeignProgram Tool, TlsChannel Channel, ChannelProbe Probe) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Channel.Loop.RunAsync(() =>
        {
            Channel.Abort();
            return Task.CompletedTask;
        });
    }
}
