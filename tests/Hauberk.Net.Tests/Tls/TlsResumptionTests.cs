using System.Runtime.InteropServices;
using Hauberk.Net.Channels;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Tls;

/// <summary>A resumed handshake spares signatures, and no check.</summary>
public sealed class TlsResumptionTests : LoopTest
{
    private readonly TestAuthority authority = new();
    private PeerVerificationCallback? clientsVerifier;
    private PeerVerificationCallback? serversVerifier;
    private int verifications;

    [Fact]
    public async Task Every_later_connection_resumes_and_reports_the_same_peers()
    {
        var (client, server) = (Client("web"), Server("orders"));
        Assert.False((await TalkAsync(client, server)).Client.Channel!.IsResumed);
        for (int i = 0; i < 4; i++)
        {
            TlsPair pair = await TalkAsync(client, server);
            Assert.True(pair.Client.Channel!.IsResumed && pair.Server.Channel!.IsResumed);
            Assert.Equal(("orders", "web"), (pair.Client.Channel.Peer, pair.Server.Channel!.Peer));
            Assert.Equal(2, pair.Server.Channel.PeerChain.Certificates.Count);
            Assert.Equal(2, pair.Client.Channel.PeerChain.Certificates.Count);
        }
    }

    [Fact]
    public async Task Both_verifiers_are_asked_at_each_resumption()
    {
        clientsVerifier = serversVerifier = Counting;
        var (client, server) = (Client("web"), Server("orders"));
        await TalkAsync(client, server);
        Assert.Equal(2, verifications);
        Assert.True((await TalkAsync(client, server)).Server.Channel!.IsResumed);
        Assert.Equal(4, verifications);
    }

    [Fact]
    public async Task A_client_no_longer_accepted_is_refused_as_if_it_came_anew()
    {
        serversVerifier = authority.Verify;
        var (client, server) = (Client("web"), Server("orders"));
        await TalkAsync(client, server);
        serversVerifier = _ => PeerVerdict.Refuse("expired", TlsAlert.CertificateExpired);
        TlsPair pair = await HandshakeAsync(client, server);
        Assert.Equal(new TlsProblem(TlsProblemKind.PeerRefused, "expired") { AlertSent = TlsAlert.CertificateExpired }, pair.Server.Problem);
        Assert.False(pair.Client.Channel?.IsResumed ?? false);
        await CloseAsync(pair);
    }

    [Fact]
    public async Task A_server_no_longer_accepted_is_refused_as_if_it_came_anew()
    {
        clientsVerifier = authority.Verify;
        var (client, server) = (Client("web"), Server("orders"));
        await TalkAsync(client, server);
        clientsVerifier = _ => PeerVerdict.Refuse("removed root", TlsAlert.UnknownCa);
        TlsPair pair = await HandshakeAsync(client, server);
        Assert.Equal(new TlsProblem(TlsProblemKind.PeerRefused, "removed root") { AlertSent = TlsAlert.UnknownCa }, pair.Client.Problem);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_the_old_chain_is_refused_and_the_new_one_is_not_a_full_handshake_follows(bool atServer)
    {
        var (client, server) = (Client("web"), Server("orders"));
        await TalkAsync(client, server);
        PeerVerificationCallback firstRefuses = chain => verifications++ == 0 ? PeerVerdict.Refuse("old") : authority.Verify(chain);
        if (atServer) serversVerifier = firstRefuses;
        else clientsVerifier = firstRefuses;
        TlsPair pair = await TalkAsync(client, server);
        Assert.False(pair.Client.Channel!.IsResumed || pair.Server.Channel!.IsResumed);
        Assert.Equal(("orders", "web"), (pair.Client.Channel.Peer, pair.Server.Channel!.Peer));
        Assert.Equal(2, verifications);
        Assert.True((await TalkAsync(client, server)).Server.Channel!.IsResumed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_verifier_that_fails_at_a_ticket_resumes_nothing(bool throws)
    {
        ExpectsUnhandledExceptions = throws;
        var (client, server) = (Client("web"), Server("orders"));
        await TalkAsync(client, server);
        serversVerifier = _ => throws ? throw new InvalidOperationException("bug") : null!;
        TlsPair pair = await HandshakeAsync(client, server);
        Assert.Equal(TlsProblemKind.PeerRefused, pair.Server.Problem!.Kind);
        await CloseAsync(pair);
    }

    [Fact]
    public async Task A_clients_verifier_that_throws_at_a_ticket_leaves_nothing_native_behind()
    {
        var (client, server) = (Client("web"), Server("orders"));
        await TalkAsync(client, server);
        clientsVerifier = _ => throw new InvalidOperationException("bug");
        await Assert.ThrowsAsync<InvalidOperationException>(() => HandshakeAsync(client, server));
        Assert.Equal(0, NativeResources.OutstandingOf(NativeResourceKind.TlsSession));
    }

    [Fact]
    public async Task Clients_of_different_identities_are_never_taken_for_each_other()
    {
        TlsContext server = Server("orders");
        TlsContext[] clients = [Client("web"), Client("mail"), Client("rogue")];
        foreach (TlsContext client in clients) await TalkAsync(client, server);
        var peers = new List<object?>();
        foreach (TlsContext client in clients.Reverse())
        {
            TlsPair pair = await TalkAsync(client, server);
            Assert.True(pair.Server.Channel!.IsResumed);
            peers.Add(pair.Server.Channel.Peer);
        }
        Assert.Equal(["rogue", "mail", "web"], peers);
    }

    [Fact]
    public async Task A_ticket_presented_to_another_server_leads_to_a_full_handshake_with_that_one()
    {
        TlsContext client = Client("web");
        await TalkAsync(client, Server("orders"));
        TlsPair pair = await TalkAsync(client, Server("payments"));
        Assert.False(pair.Client.Channel!.IsResumed);
        Assert.Equal("payments", pair.Client.Channel.Peer);
    }

    [Fact]
    public async Task A_new_context_of_the_same_server_knows_no_old_ticket()
    {
        TlsContext client = Client("web");
        await TalkAsync(client, Server("orders"));
        TlsContext renewed = Server("orders");
        Assert.False((await TalkAsync(client, renewed)).Server.Channel!.IsResumed);
        Assert.True((await TalkAsync(client, renewed)).Server.Channel!.IsResumed);
    }

    [Fact]
    public async Task Another_key_takes_no_ticket()
    {
        var (client, server) = (Client("web"), Server("orders"));
        await TalkAsync(client, server, "one");
        Assert.False((await TalkAsync(client, server, "two")).Client.Channel!.IsResumed);
        Assert.False((await TalkAsync(client, server, null)).Client.Channel!.IsResumed);
        Assert.True((await TalkAsync(client, server, "one")).Client.Channel!.IsResumed);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Nothing_is_resumed_unless_both_sides_allow_it(bool clientAllows, bool serverAllows)
    {
        var (client, server) = (Client("web", clientAllows), Server("orders", serverAllows));
        await TalkAsync(client, server);
        Assert.False((await TalkAsync(client, server)).Client.Channel!.IsResumed);
        // A server cannot know that its client throws the tickets away.
        Assert.Equal(serverAllows ? 2 : 0, NativeResources.OutstandingOf(NativeResourceKind.TlsTicket));
    }

    [Fact]
    public async Task Tickets_are_bounded_used_once_and_gone_with_their_context()
    {
        var (client, server) = (Client("web"), Server("orders"));
        var pairs = new List<TlsPair>();
        for (int i = 0; i < 40; i++) pairs.Add(await HandshakeAsync(client, server));
        foreach (TlsPair pair in pairs) await HearAsync(pair);
        const int AtClient = 32, AtServer = 40;
        Assert.Equal(AtClient + AtServer, NativeResources.OutstandingOf(NativeResourceKind.TlsTicket));
        TlsPair resumed = await HandshakeAsync(client, server);
        Assert.True(resumed.Client.Channel!.IsResumed);
        // Used up on both sides; the server has given the next one, which the client has not read yet.
        Assert.Equal(AtClient - 1 + AtServer, NativeResources.OutstandingOf(NativeResourceKind.TlsTicket));
        await CloseAsync(resumed);
        client.Dispose();
        Assert.Equal(AtServer, NativeResources.OutstandingOf(NativeResourceKind.TlsTicket));
        server.Dispose();
        Assert.Equal(0, NativeResources.OutstandingOf(NativeResourceKind.TlsTicket));
        foreach (TlsPair pair in pairs) await CloseAsync(pair);
    }

    [Fact]
    public async Task A_connection_that_has_heard_everything_holds_none_of_the_buffers_of_OpenSsl()
    {
        const int Pairs = 32, BufferBytes = 16 * 1024;
        var (client, server) = (Client("web"), Server("orders"));
        var pairs = new List<TlsPair>();
        for (int i = 0; i < Pairs; i++) pairs.Add(await HandshakeAsync(client, server));
        // The client is about to get a ticket, for which OpenSSL makes ready to write.
        long before = NativeBytes();
        foreach (TlsPair pair in pairs) await HearAsync(pair);
        Assert.InRange(NativeBytes() - before, long.MinValue, Pairs * BufferBytes / 2);
        foreach (TlsPair pair in pairs) await CloseAsync(pair);
    }

    private static long NativeBytes()
    {
        Allocated allocated = mallinfo2();
        return (long)(allocated.Mapped + allocated.InUse);
    }

    // mallinfo(3)
    [DllImport("libc")] private static extern Allocated mallinfo2();

    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private struct Allocated
    {
        [FieldOffset(32)] public nuint Mapped;
        [FieldOffset(56)] public nuint InUse;
    }

    private PeerVerdict Counting(PeerChain chain)
    {
        verifications++;
        return authority.Verify(chain);
    }

    private TlsContext Client(string name, bool allowsResumption = true) =>
        Make(TlsRole.Client, name, allowsResumption, chain => (clientsVerifier ?? authority.Verify)(chain));

    private TlsContext Server(string name, bool allowsResumption = true) =>
        Make(TlsRole.Server, name, allowsResumption, chain => (serversVerifier ?? authority.Verify)(chain));

    private TlsContext Make(TlsRole role, string name, bool allowsResumption, PeerVerificationCallback verify) => Own(TestAuthority.Create(new TlsContextOptions
    {
        Role = role,
        Identity = authority.Issue(name),
        VerifyPeer = verify,
        AllowsResumption = allowsResumption,
    }));

    private async Task<TlsPair> HandshakeAsync(TlsContext client, TlsContext server, string? key = "peer") =>
        Own(await TlsPair.HandshakeAsync(Loop, client, server, null, key));

    /// <summary>Handshake, a word each way, orderly end; the ticket comes before the server's word.</summary>
    private async Task<TlsPair> TalkAsync(TlsContext client, TlsContext server, string? key = "peer")
    {
        TlsPair pair = await HandshakeAsync(client, server, key);
        Assert.True(pair.Client.IsEstablished && pair.Server.IsEstablished, $"{pair.Client.Problem} {pair.Server.Problem}");
        await HearAsync(pair);
        await CloseAsync(pair);
        return pair;
    }

    private async Task HearAsync(TlsPair pair)
    {
        ChannelProbe atServer = await OnLoop(() =>
        {
            Assert.Equal(ChannelWriteState.Sent, pair.Server.Channel!.Write("answer"u8));
            Assert.Equal(ChannelWriteState.Sent, pair.Client.Channel!.Write("question"u8));
            return ChannelProbe.Attach(pair.Server.Channel);
        });
        ChannelProbe atClient = await OnLoop(() => ChannelProbe.Attach(pair.Client.Channel!));
        await UntilAsync(() => atClient.Text == "answer" && atServer.Text == "question", "both words are heard");
    }

    private Task CloseAsync(TlsPair pair) => OnLoop(() =>
    {
        pair.Client.Channel?.Close();
        pair.Server.Channel?.Close();
    });
}
