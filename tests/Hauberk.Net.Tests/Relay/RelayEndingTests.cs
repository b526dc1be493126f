using System.Net;
using System.Net.Sockets;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Relay;
using Hauberk.Net.Tests.Support;

namespace Hauberk.Net.Tests.Relay;

public sealed class RelayEndingTests : RelayTest
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Bytes_go_both_ways_and_are_counted(bool tls)
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        client.Send("ping"u8);
        Assert.Equal("ping", ReceiveText(server, 4));
        server.Send("pong!"u8);
        Assert.Equal("pong!", ReceiveText(client, 5));
        ByteRelay relay = await pair.OutboundRelays.NextAsync();
        await UntilAsync(() => relay is { BytesToUpstream: 4, BytesToDownstream: 5 }, "the counts");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_client_that_ends_its_side_still_gets_the_answer(bool tls)
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        client.Send("question"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", ReceiveText(server, 100));
        server.Send("answer"u8);
        server.Close();
        Assert.Equal("answer", ReceiveText(client, 100));
        await AssertCompletedAsync(pair, RelaySide.Downstream);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_server_that_ends_its_side_still_gets_the_rest(bool tls)
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        server.Send("bye"u8);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("bye", ReceiveText(client, 100));
        client.Send("one more thing"u8);
        client.Close();
        Assert.Equal("one more thing", ReceiveText(server, 100));
        await AssertCompletedAsync(pair, RelaySide.Upstream);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_clients_reset_reaches_the_server_as_a_reset(bool tls)
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        client.Send("x"u8);
        Assert.Equal("x", ReceiveText(server, 1));
        Reset(client);
        AssertReset(server);
        await AssertBrokenAsync(pair, RelaySide.Downstream);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_servers_reset_reaches_the_client_as_a_reset(bool tls)
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        client.Send("x"u8);
        Assert.Equal("x", ReceiveText(server, 1));
        Reset(server);
        AssertReset(client);
        await AssertBrokenAsync(pair, RelaySide.Upstream);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_reset_after_the_end_of_its_own_side_is_passed_on(bool tls)
    {
        (Socket client, Socket server, _) = await ConnectAsync(tls);
        client.Shutdown(SocketShutdown.Send);
        AssertEnded(server);
        Reset(client);
        // After an end Linux reports a reset to writers only.
        Assert.True(server.Poll(PatienceMs * 1000, SelectMode.SelectError));
        Assert.Throws<SocketException>(() => server.Send("x"u8));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_reset_is_heard_while_the_other_side_does_not_read(bool tls)
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        FillUntilBlocked(client);
        Reset(client);
        AssertReset(server);
        await AssertBrokenAsync(pair, RelaySide.Downstream);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task An_early_answer_comes_through_though_the_request_is_refused(bool tls)
    {
        (Socket client, Socket server, _) = await ConnectAsync(tls);
        FillUntilBlocked(client);
        server.Send("too large"u8);
        server.Close(); // with bytes unread: the kernel resets
        Assert.Equal("too large", ReceiveText(client, 9));
        AssertReset(client);
    }

    [Fact]
    public async Task A_refused_backend_resets_the_client()
    {
        var (listener, endPoint) = OpenBackend();
        listener.Close();
        MeshPair pair = await StartPairAsync(tls: true, endPoint);
        Socket client = Dial(pair.Outbound.LocalEndPoint);
        AssertReset(client);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_quiet_relay_is_cut_after_the_idle_timeout(bool tls)
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls, new RelayOptions { IdleTimeoutMs = 150 });
        AssertReset(client);
        AssertReset(server);
        // Who notices first cuts; the other may hear of that as a reset.
        RelayResult[] results = [await pair.InboundResults.NextAsync(), await pair.OutboundResults.NextAsync()];
        Assert.Contains(results, result => result is { End: RelayEnd.IdleTimeout, EndedBy: null });
    }

    [Fact]
    public async Task A_busy_relay_outlives_the_idle_timeout()
    {
        const int timeoutMs = 400;
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls: true, new RelayOptions { IdleTimeoutMs = timeoutMs });
        var end = Deadline.After(4 * timeoutMs);
        for (int rounds = 0; !end.HasPassed; rounds++)
        {
            client.Send("x"u8);
            Assert.Equal("x", ReceiveText(server, 1));
            await PauseAsync(timeoutMs / 20);
        }
        Assert.True(pair.OutboundResults.IsEmpty);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task The_owner_can_cut_a_relay(bool tls)
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        (await pair.OutboundRelays.NextAsync()).Abort("permission lost");
        AssertReset(client);
        AssertReset(server);
        RelayResult result = await pair.OutboundResults.NextAsync();
        Assert.Equal((RelayEnd.Aborted, "permission lost"), (result.End, result.AbortReason));
        Assert.Equal(ChannelProblemKind.Reset, (await pair.InboundResults.NextAsync()).Problem!.Kind);
    }

    [Fact]
    public async Task A_draining_relay_may_end_by_itself()
    {
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls: true);
        (await pair.OutboundRelays.NextAsync()).Drain(PatienceMs, "shutting down");
        client.Send("last"u8);
        Assert.Equal("last", ReceiveText(server, 4));
        client.Close();
        AssertEnded(server);
        server.Close();
        await AssertCompletedAsync(pair, RelaySide.Downstream);
    }

    [Fact]
    public async Task A_draining_relay_that_goes_on_is_cut_within_its_bound()
    {
        (Socket client, _, MeshPair pair) = await ConnectAsync(tls: true);
        (await pair.OutboundRelays.NextAsync()).Drain(50, "shutting down");
        AssertReset(client);
        RelayResult result = await pair.OutboundResults.NextAsync();
        Assert.Equal((RelayEnd.Aborted, "shutting down"), (result.End, result.AbortReason));
    }

    [Fact]
    public async Task Relaying_works_over_IPv6()
    {
        var backend = Own(new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp));
        backend.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        backend.Listen();
        MeshPair pair = await StartPairAsync(tls: true, (IPEndPoint)backend.LocalEndPoint!);
        Socket client = Dial(pair.Outbound.LocalEndPoint);
        Socket server = Accept(backend);
        client.Send("six"u8);
        Assert.Equal("six", ReceiveText(server, 3));
    }

    private static void FillUntilBlocked(Socket client)
    {
        var chunk = new byte[256 * 1024];
        client.Blocking = false;
        // Blocked for good only when nothing moved for a while: the proxies take time to fill.
        for (int quiet = 0; quiet < 20;)
        {
            try
            {
                client.Send(chunk);
                quiet = 0;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.WouldBlock)
            {
                quiet = client.Poll(10_000, SelectMode.SelectWrite) ? 0 : quiet + 1;
            }
        }
        client.Blocking = true;
    }

    private static async Task AssertCompletedAsync(MeshPair pair, RelaySide endedBy)
    {
        foreach (var results in new[] { pair.OutboundResults, pair.InboundResults })
        {
            RelayResult result = await results.NextAsync();
            Assert.Equal((RelayEnd.Completed, endedBy), (result.End, result.EndedBy));
        }
    }

    private static async Task AssertBrokenAsync(MeshPair pair, RelaySide endedBy)
    {
        foreach (var results in new[] { pair.OutboundResults, pair.InboundResults })
        {
            RelayResult result = await results.NextAsync();
            Assert.Equal((RelayEnd.Failed, endedBy), (result.End, result.EndedBy));
            Assert.Equal(ChannelProblemKind.Reset, result.Problem!.Kind);
        }
    }
}
