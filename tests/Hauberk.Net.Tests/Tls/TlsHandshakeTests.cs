using System.Net.Sockets;
using System.Text;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Tls;

public sealed class TlsHandshakeTests : LoopTest
{
    private readonly TestAuthority authority = new();

    [Fact]
    public async Task Both_sides_learn_who_the_other_is()
    {
        TlsPair pair = await HandshakeAsync(Client("web", "istio"), Server("orders", "istio"), "orders.shop");
        Assert.True(pair.Client.IsEstablished && pair.Server.IsEstablished);
        Assert.Equal("orders", pair.Client.Channel.Peer);
        Assert.Equal("web", pair.Server.Channel.Peer);
        Assert.Equal(2, pair.Server.Channel.PeerChain.Certificates.Count);
        Assert.Equal("orders.shop", pair.Server.Channel.ServerName);
        Assert.Equal(("TLSv1.3", "TLS_AES_128_GCM_SHA256"), (pair.Client.Channel.ProtocolVersion, pair.Client.Channel.CipherSuite));
    }

    [Fact]
    public async Task Without_a_server_name_none_is_sent()
    {
        TlsPair pair = await HandshakeAsync(Client("web"), Server("orders"));
        Assert.Null(pair.Server.Channel!.ServerName);
    }

    [Theory]
    [InlineData("istio,h2", "h2,istio", "h2")]
    [InlineData("istio", "istio", "istio")]
    [InlineData("istio-peer-exchange,istio", "istio", "istio")]
    [InlineData("foo", "istio", null)]
    [InlineData("foo", "", null)]
    [InlineData("", "istio", null)]
    public async Task Alpn_agrees_by_the_servers_preference_or_goes_on_without(string offered, string acceptable, string? agreed)
    {
        TlsPair pair = await HandshakeAsync(Client("web", Names(offered)), Server("orders", Names(acceptable)));
        Assert.Equal(agreed, pair.Client.Channel!.AlpnProtocol);
        Assert.Equal(agreed, pair.Server.Channel!.AlpnProtocol);
        Assert.Equal(Names(offered), pair.Server.Channel.OfferedAlpnProtocols);
    }

    [Theory]
    [InlineData(TlsAlert.BadCertificate)]
    [InlineData(TlsAlert.UnsupportedCertificate)]
    [InlineData(TlsAlert.CertificateRevoked)]
    [InlineData(TlsAlert.CertificateExpired)]
    [InlineData(TlsAlert.CertificateUnknown)]
    [InlineData(TlsAlert.UnknownCa)]
    [InlineData(TlsAlert.InternalError)]
    public async Task A_client_that_refuses_the_server_says_why_to_itself_and_sends_the_alert(TlsAlert alert)
    {
        TlsContext client = Own(authority.Context(TlsRole.Client, "web", _ => PeerVerdict.Refuse("not in the secure-naming set", alert)));
        TlsPair pair = await HandshakeAsync(client, Server("orders"));
        Assert.Equal(new TlsProblem(TlsProblemKind.PeerRefused, "not in the secure-naming set") { AlertSent = alert }, pair.Client.Problem);
        Assert.Equal(new TlsProblem(TlsProblemKind.RejectedByPeer, $"alert {alert} from peer") { AlertReceived = alert }, pair.Server.Problem);
    }

    [Fact]
    public async Task A_server_that_refuses_the_client_is_heard_by_the_client_as_a_rejected_handshake()
    {
        TlsContext server = Own(authority.Context(TlsRole.Server, "orders", _ => PeerVerdict.Refuse("revoked", TlsAlert.CertificateRevoked)));
        TlsPair pair = await HandshakeAsync(Client("web"), server);
        Assert.Equal(new TlsProblem(TlsProblemKind.PeerRefused, "revoked") { AlertSent = TlsAlert.CertificateRevoked }, pair.Server.Problem);
        ChannelProbe probe = await OnLoop(() => ChannelProbe.Attach(pair.Client.Channel!));
        await UntilAsync(() => probe.State == ChannelReadState.Failed, "the client hears of it");
        Assert.Equal(new ChannelProblem(ChannelProblemKind.HandshakeRejected, "alert CertificateRevoked from peer"), probe.Problem);
        await CloseAsync(pair);
    }

    [Fact]
    public async Task A_rejected_client_that_writes_first_hears_the_alert_and_not_a_reset()
    {
        TlsContext server = Own(authority.Context(TlsRole.Server, "orders", _ => PeerVerdict.Refuse("no", TlsAlert.UnknownCa)));
        TlsPair pair = await HandshakeAsync(Client("web"), server);
        TlsChannel channel = pair.Client.Channel!;
        await UntilAsync(() => channel.Write("request"u8) == ChannelWriteState.Failed, "the write fails");
        Assert.Equal(ChannelProblemKind.HandshakeRejected, channel.Problem!.Kind);
        await CloseAsync(pair);
    }

    [Fact]
    public async Task A_verifier_that_throws_refuses()
    {
        ExpectsUnhandledExceptions = true;
        TlsContext client = Own(authority.Context(TlsRole.Client, "web", _ => throw new InvalidOperationException("bug")));
        TlsPair pair = await HandshakeAsync(client, Server("orders"));
        Assert.Equal(TlsProblemKind.PeerRefused, pair.Client.Problem!.Kind);
        Assert.Equal(TlsProblemKind.RejectedByPeer, pair.Server.Problem!.Kind);
        Assert.Equal("bug", Assert.Single(Unhandled).Message);
    }

    [Fact]
    public async Task A_verifier_that_says_nothing_refuses()
    {
        TlsContext client = Own(authority.Context(TlsRole.Client, "web", _ => null!));
        TlsPair pair = await HandshakeAsync(client, Server("orders"));
        Assert.Equal(TlsProblemKind.PeerRefused, pair.Client.Problem!.Kind);
    }

    [Fact]
    public async Task A_stranger_is_refused_by_the_verifier_alone()
    {
        TlsContext stranger = Own(new TestAuthority().Context(TlsRole.Client, "rogue", _ => PeerVerdict.Accept()));
        TlsPair pair = await HandshakeAsync(stranger, Server("orders"));
        Assert.Equal(TlsAlert.UnknownCa, pair.Server.Problem!.AlertSent);
        await CloseAsync(pair);
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_refused()
    {
        TlsContext client = Own(TestAuthority.Create(new TlsContextOptions { Role = TlsRole.Client, Identity = null, VerifyPeer = authority.Verify }));
        TlsPair pair = await HandshakeAsync(client, Server("orders"));
        Assert.Equal((TlsProblemKind.NoPeerCertificate, TlsAlert.CertificateRequired), (pair.Server.Problem!.Kind, pair.Server.Problem.AlertSent));
        await CloseAsync(pair);
    }

    [Fact]
    public async Task Nothing_in_common_is_a_protocol_problem()
    {
        TlsContext client = Own(TestAuthority.Create(Options(TlsRole.Client) with { CipherSuites = "TLS_AES_256_GCM_SHA384" }));
        TlsContext server = Own(TestAuthority.Create(Options(TlsRole.Server) with { CipherSuites = "TLS_AES_128_GCM_SHA256" }));
        TlsPair pair = await HandshakeAsync(client, server);
        Assert.Equal((TlsProblemKind.Protocol, TlsAlert.HandshakeFailure), (pair.Server.Problem!.Kind, pair.Server.Problem.AlertSent));
        Assert.Equal((TlsProblemKind.RejectedByPeer, TlsAlert.HandshakeFailure), (pair.Client.Problem!.Kind, pair.Client.Problem.AlertReceived));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("\0\0\0\u0008\u0004\u00d2\u0016\u002f")] // PostgreSQL's SSLRequest
    [InlineData("EHLO somewhere\r\n")]
    public async Task What_is_not_TLS_is_called_that(string text)
    {
        TlsProblem problem = await AcceptAsync(socket => socket.Send(Encoding.Latin1.GetBytes(text)), 20_000);
        Assert.Equal(TlsProblemKind.NotTls, problem.Kind);
    }

    [Fact]
    public async Task Garbage_in_TLS_clothing_is_a_protocol_problem()
    {
        TlsProblem problem = await AcceptAsync(socket => socket.Send([22, 3, 1, 0, 8, 1, 0, 0, 4, 9, 9, 9, 9]), 20_000);
        Assert.Equal(TlsProblemKind.Protocol, problem.Kind);
    }

    [Fact]
    public async Task A_handshake_that_never_finishes_is_ended_by_its_deadline()
    {
        TlsProblem problem = await AcceptAsync(socket => socket.Send([22, 3, 1]), timeoutMs: 50);
        Assert.Equal(TlsProblemKind.TimedOut, problem.Kind);
    }

    [Fact]
    public async Task A_client_that_leaves_during_the_handshake_is_noticed()
    {
        TlsProblem problem = await AcceptAsync(socket => socket.Shutdown(SocketShutdown.Both), 20_000);
        Assert.Equal(TlsProblemKind.PeerClosed, problem.Kind);
    }

    [Fact]
    public async Task A_reset_during_the_handshake_is_noticed()
    {
        TlsProblem problem = await AcceptAsync(
            socket =>
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
            },
            20_000);
        Assert.Equal(TlsProblemKind.ConnectionFailed, problem.Kind);
    }

    [Fact]
    public async Task A_loop_that_ends_ends_its_handshakes()
    {
        TlsContext server = Server("orders");
        var outcome = new TaskCompletionSource<TlsHandshakeResult>();
        ListenerSocket listener = await ListenAsync(async connection => outcome.SetResult(await TlsHandshake.AcceptAsync(connection, server, Deadline.Never)));
        Dial(listener.LocalEndPoint).Send([22, 3]);
        await UntilAsync(() => listener.ConnectionCount == 1, "the connection is accepted");
        await Loop.DisposeAsync();
        Assert.Equal(TlsProblemKind.Aborted, (await InTime(outcome.Task)).Problem!.Kind);
    }

    private async Task<TlsProblem> AcceptAsync(Action<Socket> client, int timeoutMs)
    {
        TlsContext server = Server("orders");
        var outcome = new TaskCompletionSource<TlsHandshakeResult>();
        ListenerSocket listener = await ListenAsync(async connection =>
            outcome.SetResult(await TlsHandshake.AcceptAsync(connection, server, Deadline.After(timeoutMs))));
        client(Dial(listener.LocalEndPoint));
        TlsHandshakeResult result = await InTime(outcome.Task);
        Assert.False(result.IsEstablished);
        return result.Problem;
    }

    private TlsContextOptions Options(TlsRole role) => new() { Role = role, Identity = authority.Issue("any"), VerifyPeer = authority.Verify };

    private TlsContext Client(string name, params string[] alpn) => Own(authority.Context(TlsRole.Client, name, alpn));

    private TlsContext Server(string name, params string[] alpn) => Own(authority.Context(TlsRole.Server, name, alpn));

    private async Task<TlsPair> HandshakeAsync(TlsContext client, TlsContext server, string? serverName = null) =>
        Own(await TlsPair.HandshakeAsync(Loop, client, server, serverName));

    private Task CloseAsync(TlsPair pair) => OnLoop(() => { pair.Client.Channel?.Abort(); });

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
