using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Relay;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tests.Tunnel;

public sealed class TunnelFlowTests(ITestOutputHelper output) : TunnelTest
{
    private const int Megabyte = 1024 * 1024;
    private const int StallMicroseconds = 300_000;

    [Fact]
    public async Task Sixty_four_megabytes_go_both_ways_on_eight_streams_while_one_more_stalls()
    {
        const int streams = 8, bytes = 8 * Megabyte;
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket stalledClient, Socket stalledServer) = Connect(mesh, listener);
        FillUntilStalled(stalledClient);
        (Socket Client, Socket Server)[] pairs = [.. Enumerable.Range(0, streams).Select(_ => Connect(mesh, listener))];
        Task[] moves = [.. pairs.SelectMany((pair, i) => Move(pair.Client, pair.Server, bytes, i))];
        await InTime(Task.WhenAll(moves));
        for (int i = 0; i < streams; i++) Assert.Equal(RelayEnd.Completed, (await mesh.OutboundResults.NextAsync()).End);
        stalledServer.Close();
        Assert.Equal(RelayEnd.Failed, (await mesh.OutboundResults.NextAsync()).End);
        await UntilAsync(() => mesh.Client.StreamCount + mesh.Server.StreamCount == 0, "all streams gone");
    }

    [Fact]
    public async Task Small_requests_are_answered_beside_a_bulk_and_a_stalled_stream()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket stalled, _) = Connect(mesh, listener);
        FillUntilStalled(stalled);
        (Socket bulkClient, Socket bulkServer) = Connect(mesh, listener);
        Task bulk = Task.WhenAll(Move(bulkClient, bulkServer, 64 * Megabyte, 7));
        (Socket client, Socket server) = Connect(mesh, listener);
        var message = new byte[1024];
        int exchanged = 0;
        var watch = Stopwatch.StartNew();
        for (; !bulk.IsCompleted; exchanged++) Exchange(client, server, message, 1);
        await InTime(bulk);
        output.WriteLine($"{exchanged} exchanges in {watch.ElapsedMilliseconds} ms beside 64 MB each way");
        // A stream that waited behind the bulk would have been served a handful of times.
        Assert.True(exchanged > 50, $"{exchanged} exchanges");
    }

    [Fact]
    public async Task What_a_stream_took_to_be_wider_comes_back_with_its_end()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        FillUntilStalled(client);
        Assert.NotEqual(0, await OnLoop(() => Loop.TunnelWindows.TakenBytes));
        client.Close();
        server.Close();
        await UntilAsync(() => Loop.TunnelWindows.TakenBytes == 0, "the room given back");
    }

    [Fact]
    public async Task One_tunnel_takes_no_more_than_its_share_of_the_loops_room_and_gives_it_back_once()
    {
        const int bytes = 64 * Megabyte;
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync(server: new TunnelOptions { StreamWindowBytes = WindowRoom.MaxBytes });
        (Socket client, Socket server) = Connect(mesh, listener);
        await InTime(Task.WhenAll(Task.Run(() => Transfer.Send(client, bytes, 3)), Task.Run(() => Transfer.Receive(server, bytes, 3))));
        Assert.InRange(await OnLoop(() => Loop.TunnelWindows.TakenBytes), 1, WindowRoom.MaxShareBytes);
        client.Close();
        server.Close();
        await UntilAsync(() => mesh.Client.StreamCount + mesh.Server.StreamCount == 0, "all streams gone");
        await UntilAsync(() => Loop.TunnelWindows.TakenBytes == 0, "the room given back");
    }

    [Fact]
    public async Task Streams_for_which_there_is_no_room_go_on_in_their_first_window()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        await OnLoop(() => Loop.TunnelWindows.Take(WindowRoom.MaxBytes));
        (Socket client, Socket server) = Connect(mesh, listener);
        await InTime(Task.WhenAll(Move(client, server, 4 * Megabyte, 3)));
        Assert.Equal(WindowRoom.MaxBytes, await OnLoop(() => Loop.TunnelWindows.TakenBytes));
        client.Close();
        server.Close();
        await UntilAsync(() => mesh.Client.StreamCount + mesh.Server.StreamCount == 0, "all streams gone");
        Assert.Equal(WindowRoom.MaxBytes, await OnLoop(() => Loop.TunnelWindows.TakenBytes));
    }

    [Fact]
    public async Task A_stream_whose_reader_stalls_holds_no_more_than_its_window()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        long sent = FillUntilStalled(client);
        Assert.True(sent < 32 * Megabyte, $"{sent} bytes were taken although nobody reads");
        long got = 0;
        client.Shutdown(SocketShutdown.Send);
        var buffer = new byte[Megabyte];
        while (server.Receive(buffer) is > 0 and int count) got += count;
        Assert.Equal(sent, got);
    }

    [Fact]
    public async Task Established_streams_allocate_nothing_per_message()
    {
        const int messages = 10_000;
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        var message = new byte[1024];
        Exchange(client, server, message, 500);
        long before = await LoopAllocationsAsync();
        Exchange(client, server, message, messages);
        long allocated = await LoopAllocationsAsync() - before;
        output.WriteLine($"{allocated} bytes allocated over {messages} exchanges through both proxies");
        Assert.InRange(allocated, 0, 4_096);
    }

    [Fact]
    public async Task Bulk_allocates_nothing_per_frame()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        var part = new byte[Megabyte];
        await Task.WhenAll(Task.Run(() => SendParts(client, part, 8)), Task.Run(() => ReceiveParts(server, 8L * Megabyte)));
        long before = await LoopAllocationsAsync();
        await Task.WhenAll(Task.Run(() => SendParts(client, part, 64)), Task.Run(() => ReceiveParts(server, 64L * Megabyte)));
        long allocated = await LoopAllocationsAsync() - before;
        // 4,096 frames; the looks at the counter take a few hundred bytes.
        Assert.InRange(allocated, 0, 4_096);
    }

    [Fact]
    public async Task What_streams_write_in_one_turn_leaves_in_one_write()
    {
        using var channel = new RecordingChannel(Loop);
        TunnelConnection tunnel = await OnLoop(() => TunnelConnection.Start(channel, TunnelOptions.Default, null));
        Task<TunnelOpening>[] openings = [.. Enumerable.Range(0, 3).Select(_ => Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.Never)))];
        await UntilAsync(() => tunnel.StreamCount == openings.Length, "the requests");
        byte[] answers = [.. Frame(FrameType.Settings, 0, []), .. Frame(FrameType.Headers, 1, [0x88]), .. Frame(FrameType.Headers, 3, [0x88]), .. Frame(FrameType.Headers, 5, [0x88])];
        await OnLoop(() => channel.Deliver(answers));
        TunnelChannel[] streams = [.. (await InTime(Task.WhenAll(openings))).Select(opening => opening.Stream!)];
        await OnLoop(channel.Writes.Clear);
        await OnLoop(() =>
        {
            foreach (TunnelChannel stream in streams) stream.Write(new byte[100]);
            foreach (TunnelChannel stream in streams) stream.Write(new byte[1000]);
        });
        await UntilAsync(() => channel.Writes.Count > 0, "the write");
        Assert.Equal(3 * (100 + 1000 + (2 * FrameHeader.Bytes)), Assert.Single(await OnLoop(() => channel.Writes.ToArray())).Length);
        await OnLoop(() => tunnel.Abort("test"));
    }

    [Fact]
    public async Task Idle_streams_hold_no_buffer()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        var message = new byte[1000];
        (Socket Client, Socket Server)[] pairs = [.. Enumerable.Range(0, 100).Select(_ => Connect(mesh, listener))];
        foreach ((Socket client, Socket server) in pairs) Exchange(client, server, message, 1);
        // The loop's own: two shared buffers, the event batch, the TLS record state and its output, the tunnels' input.
        await UntilAsync(() => NativeResources.OutstandingOf(NativeResourceKind.Buffer) <= 6, "no buffer is held");
    }

    [Fact]
    public async Task A_half_closed_stream_still_carries_the_other_direction()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        client.Send("question"u8);
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", ReceiveText(server, 8));
        AssertEnded(server);
        server.Send("answer"u8);
        server.Shutdown(SocketShutdown.Send);
        Assert.Equal("answer", ReceiveText(client, 6));
        AssertEnded(client);
        Assert.Equal(RelayEnd.Completed, (await mesh.OutboundResults.NextAsync()).End);
        Assert.Equal(RelayEnd.Completed, (await mesh.InboundResults.NextAsync()).End);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_reset_goes_through_and_touches_no_other_stream(bool byClient)
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket otherClient, Socket otherServer) = Connect(mesh, listener);
        (Socket client, Socket server) = Connect(mesh, listener);
        Exchange(client, server, new byte[10], 1);
        Reset(byClient ? client : server);
        AssertReset(byClient ? server : client);
        Exchange(otherClient, otherServer, new byte[10], 3);
        await UntilAsync(() => mesh.Client.StreamCount == 1 && mesh.Server.StreamCount == 1, "the stream gone");
    }

    [Fact]
    public async Task A_tunnel_that_dies_resets_its_streams()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        Exchange(client, server, new byte[10], 1);
        await OnLoop(() => mesh.Server.Abort("test"));
        AssertReset(client);
        AssertReset(server);
        await InTime(mesh.Client.Completion);
        Assert.True(await OnLoop(() => mesh.Client.IsLeaving));
    }

    [Fact]
    public async Task A_tunnel_that_dies_leaves_open_who_has_neither_sent_nor_got_a_byte()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (_, Socket server) = Connect(mesh, listener);
        await mesh.Openings.NextAsync();
        await OnLoop(() => mesh.Server.Abort("test"));
        AssertReset(server);
        Assert.Equal(RelayEnd.Unused, (await mesh.OutboundResults.NextAsync()).End);
    }

    [Fact]
    public async Task A_stream_that_its_server_resets_is_no_reason_to_try_another()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        await mesh.Openings.NextAsync();
        Reset(server);
        AssertReset(client);
        Assert.Equal(RelayEnd.Failed, (await mesh.OutboundResults.NextAsync()).End);
    }

    [Fact]
    public async Task A_server_that_cannot_connect_says_so_and_the_tunnel_goes_on()
    {
        (Socket closed, IPEndPoint nobody) = OpenBackend();
        closed.Close();
        TunnelMesh mesh = await StartMeshAsync(nobody);
        Socket client = Dial(mesh.Outbound.LocalEndPoint);
        AssertReset(client);
        TunnelOpening opening = await mesh.Openings.NextAsync();
        Assert.Equal((false, 503, false), (opening.IsOpen, opening.Status, opening.CanRetry));
        Assert.True(await OnLoop(() => mesh.Client.CanOpen));
    }

    [Fact]
    public async Task A_draining_tunnel_takes_no_stream_and_ends_with_the_last()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        Exchange(client, server, new byte[10], 1);
        await OnLoop(mesh.Server.Drain);
        await UntilAsync(() => mesh.Client.IsLeaving, "the client knows");
        TunnelOpening opening = await Loop.RunAsync(() => mesh.Client.OpenAsync("127.0.0.1:1", Deadline.Never));
        Assert.Equal((false, true), (opening.IsOpen, opening.CanRetry));
        Exchange(client, server, new byte[10], 3);
        Assert.False(mesh.Client.Completion.IsCompleted);
        client.Shutdown(SocketShutdown.Send);
        server.Shutdown(SocketShutdown.Send);
        AssertEnded(client);
        await InTime(mesh.Client.Completion);
        await InTime(mesh.Server.Completion);
        Assert.Null(mesh.Client.Problem);
        Assert.Null(mesh.Server.Problem);
    }

    [Fact]
    public async Task The_last_bytes_of_a_draining_tunnel_arrive()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync();
        (Socket client, Socket server) = Connect(mesh, listener);
        Task[] moves = Move(client, server, 16 * Megabyte, 3);
        await OnLoop(mesh.Client.Drain);
        await InTime(Task.WhenAll(moves));
        await InTime(mesh.Client.Completion);
        Assert.Null(mesh.Client.Problem);
    }

    [Fact]
    public async Task An_idle_tunnel_is_closed_by_its_client()
    {
        var options = new TunnelOptions { PingIntervalMs = 20, IdleTimeoutMs = 60 };
        (TunnelMesh mesh, _) = await StartMeshAsync(options);
        await InTime(mesh.Client.Completion);
        await InTime(mesh.Server.Completion);
        Assert.Null(mesh.Client.Problem);
    }

    [Fact]
    public async Task Streams_beyond_the_peers_bound_are_not_opened()
    {
        (TunnelMesh mesh, Socket listener) = await StartMeshAsync(server: new TunnelOptions { MaxStreams = 2 });
        (Socket client, Socket server) = Connect(mesh, listener);
        Connect(mesh, listener);
        Assert.False(await OnLoop(() => mesh.Client.CanOpen));
        client.Shutdown(SocketShutdown.Send);
        server.Shutdown(SocketShutdown.Send);
        await UntilAsync(() => mesh.Client.CanOpen, "room again");
    }

    private static byte[] Frame(FrameType type, int streamId, byte[] payload)
    {
        var header = new byte[FrameHeader.Bytes];
        new FrameHeader(payload.Length, type, FrameFlags.EndHeaders, streamId).Write(header);
        return [.. header, .. payload];
    }

    private static Task[] Move(Socket client, Socket server, int bytes, int seed) =>
    [
        Task.Run(() => Transfer.Send(client, bytes, seed)), Task.Run(() => Transfer.Receive(server, bytes, seed)),
        Task.Run(() => Transfer.Send(server, bytes, seed + 100)), Task.Run(() => Transfer.Receive(client, bytes, seed + 100)),
    ];

    private static long FillUntilStalled(Socket socket)
    {
        long sent = 0;
        var part = new byte[64 * 1024];
        // A blocking send that times out does not tell how much of it went.
        socket.Blocking = false;
        while (sent < 64L * Megabyte && socket.Poll(StallMicroseconds, SelectMode.SelectWrite)) sent += socket.Send(part);
        socket.Blocking = true;
        return sent;
    }

    private static void SendParts(Socket socket, byte[] part, int times)
    {
        for (int i = 0; i < times; i++)
            for (int at = 0; at < part.Length;) at += socket.Send(part, at, part.Length - at, SocketFlags.None);
    }

    private static void ReceiveParts(Socket socket, long bytes)
    {
        var buffer = new byte[Megabyte];
        while (bytes > 0) bytes -= socket.Receive(buffer, 0, (int)Math.Min(buffer.Length, bytes), SocketFlags.None);
    }

    private Task<long> LoopAllocationsAsync() => Loop.RunAsync(() => Task.FromResult(GC.GetAllocatedBytesForCurrentThread()));
}
