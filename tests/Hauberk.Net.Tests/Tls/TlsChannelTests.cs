using Hauberk.Net.Channels;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Tls;

public sealed class TlsChannelTests : LoopTest
{
    private readonly TestAuthority authority = new();

    [Theory, InlineData(1), InlineData(700), InlineData(20_000), InlineData(96 * 1024)]
    public async Task Bytes_arrive_whole_whatever_the_readers_room(int readBytes)
    {
        (TlsChannel client, TlsChannel server) = await OpenAsync();
        string sent = string.Concat(Enumerable.Range(0, 9_000).Select(number => number.ToString("D5", null)));
        ChannelProbe probe = await OnLoop(() =>
        {
            client.Write(System.Text.Encoding.ASCII.GetBytes(sent));
            client.ShutdownWrite();
            return ChannelProbe.Attach(server, readBytes);
        });
        await UntilAsync(() => probe.State == ChannelReadState.Ended, "the end");
        Assert.Equal(sent, probe.Text);
    }

    [Fact]
    public async Task A_half_closed_session_still_carries_the_other_direction()
    {
        (TlsChannel client, TlsChannel server) = await OpenAsync();
        ChannelProbe atServer = await OnLoop(() =>
        {
            client.ShutdownWrite();
            return ChannelProbe.Attach(server);
        });
        await UntilAsync(() => atServer.State == ChannelReadState.Ended, "the client's end");
        ChannelProbe atClient = await OnLoop(() =>
        {
            server.Write("late"u8);
            return ChannelProbe.Attach(client);
        });
        await UntilAsync(() => atClient.Text == "late", "the late bytes");
        Assert.Equal(ChannelReadState.Drained, atClient.State);
    }

    [Fact]
    public async Task An_end_without_close_notify_is_a_truncation()
    {
        (TlsChannel client, TlsChannel server) = await OpenAsync();
        ChannelProbe probe = await OnLoop(() =>
        {
            client.Write("half of"u8);
            client.Connection.ShutdownWrite();
            return ChannelProbe.Attach(server);
        });
        await UntilAsync(() => probe.State == ChannelReadState.Failed, "the failure");
        Assert.Equal(("half of", ChannelProblemKind.Truncated), (probe.Text, probe.Problem!.Kind));
    }

    [Fact]
    public async Task Keys_change_in_the_middle_of_the_stream()
    {
        (TlsChannel client, TlsChannel server) = await OpenAsync();
        ChannelProbe probe = await OnLoop(() => ChannelProbe.Attach(server));
        string expected = "";
        for (int i = 0; i < 50; i++)
        {
            expected += $"part {i};";
            byte[] part = System.Text.Encoding.ASCII.GetBytes($"part {i};");
            await OnLoop(() =>
            {
                client.Session.RequestKeyUpdate();
                return client.Write(part);
            });
        }
        await UntilAsync(() => probe.Text == expected, "all parts");
    }

    [Fact]
    public async Task Bytes_that_were_changed_on_the_way_break_the_session()
    {
        (TlsChannel client, TlsChannel server) = await OpenAsync();
        ChannelProbe probe = await OnLoop(() =>
        {
            SendForged(client);
            return ChannelProbe.Attach(server);
        });
        await UntilAsync(() => probe.State == ChannelReadState.Failed, "the failure");
        Assert.Equal(ChannelProblemKind.TlsProtocol, probe.Problem!.Kind);
        ChannelProbe atClient = await OnLoop(() => ChannelProbe.Attach(client));
        await UntilAsync(() => atClient.State == ChannelReadState.Failed, "the alert");
        Assert.Contains("BadRecordMac", atClient.Problem!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closing_the_connection_below_frees_the_session_and_tells_the_observer()
    {
        (TlsChannel client, TlsChannel server) = await OpenAsync();
        ChannelProbe probe = await OnLoop(() =>
        {
            var attached = ChannelProbe.Attach(client);
            client.Connection.Close();
            server.Connection.Close();
            return attached;
        });
        Assert.True(probe.WasFailed);
        Assert.Equal(ChannelProblemKind.Cut, probe.Problem!.Kind);
        Assert.Equal(0, NativeResources.OutstandingOf(NativeResourceKind.TlsSession));
    }

    [Fact]
    public async Task A_closed_channel_takes_and_gives_nothing()
    {
        (TlsChannel client, _) = await OpenAsync();
        (ChannelWriteState written, int count, ChannelReadState read) = await OnLoop(() =>
        {
            client.Close();
            client.Close();
            client.ShutdownWrite();
            ChannelWriteState state = client.Write("x"u8);
            return (state, client.Read(new byte[10], out ChannelReadState after), after);
        });
        Assert.Equal((ChannelWriteState.Failed, 0, ChannelReadState.Failed), (written, count, read));
    }

    [Fact]
    public async Task A_peer_that_never_reads_is_held_back_by_one_write()
    {
        (TlsChannel client, _) = await OpenAsync();
        var chunk = new byte[64 * 1024];
        int writes = 0;
        await UntilAsync(() => client.Write(chunk) != ChannelWriteState.Sent || ++writes > 1_000, "the socket is full");
        Assert.True(await OnLoop(() => client.HasHeldOutput));
        Assert.Equal(ChannelWriteState.Blocked, await OnLoop(() => client.Write(chunk)));
    }

    private static unsafe void SendForged(TlsChannel client)
    {
        // The form of an application-data record (RFC 8446, section 5.2) around 32 arbitrary bytes.
        byte[] record = [23, 3, 3, 0, 32, .. new byte[32]];
        fixed (byte* pointer = record) Assert.Equal(record.Length, client.Connection.Send(pointer, record.Length));
    }

    private async Task<(TlsChannel Client, TlsChannel Server)> OpenAsync()
    {
        TlsContext client = Own(authority.Context(TlsRole.Client, "web")), server = Own(authority.Context(TlsRole.Server, "orders"));
        TlsPair pair = Own(await TlsPair.HandshakeAsync(Loop, client, server));
        Assert.True(pair.Client.IsEstablished && pair.Server.IsEstablished);
        return (pair.Client.Channel, pair.Server.Channel);
    }
}
