using System.Net.Sockets;
using System.Security.Cryptography;
using Hauberk.Net.Relay;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Relay;

public sealed class RelayFlowTests(ITestOutputHelper output) : RelayTest
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Sixty_four_megabytes_go_both_ways_at_once(bool tls)
    {
        const int bytes = 64 * 1024 * 1024;
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        Task<byte[]>[] received = [Receive(client, bytes), Receive(server, bytes)];
        Task<byte[]>[] sent = [Send(client, bytes, seed: 1), Send(server, bytes, seed: 2)];
        ByteRelay relay = await pair.OutboundRelays.NextAsync();
        await WhileItMoves(Task.WhenAll([.. sent, .. received]), () => relay.BytesToUpstream + relay.BytesToDownstream);
        Assert.Equal(await sent[0], await received[1]);
        Assert.Equal(await sent[1], await received[0]);
        RelayResult result = await pair.OutboundResults.NextAsync();
        Assert.Equal((RelayEnd.Completed, bytes, bytes), (result.End, result.BytesToUpstream, result.BytesToDownstream));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_reader_that_stalls_stops_the_writer_within_bounds(bool tls)
    {
        const int bytes = 48 * 1024 * 1024;
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls);
        client.SendBufferSize = server.ReceiveBufferSize = 64 * 1024;
        Task<byte[]> sent = Send(client, bytes, seed: 3);
        long before = -1, now = await MovedAsync(pair);
        // Stalled: nothing moves over several looks.
        for (int still = 0; still < 10; before = now, now = await MovedAsync(pair), still = now == before ? still + 1 : 0) await PauseAsync(20);
        Assert.False(sent.IsCompleted);
        Assert.True(now < bytes, $"{now} bytes moved although nobody reads");
        // At most one pending write in each of the two proxies, beside the loop's own buffers.
        Assert.InRange(NativeResources.OutstandingOf(NativeResourceKind.Buffer), 0, LoopBuffers + 4);
        Task<byte[]> got = Receive(server, bytes);
        ByteRelay relay = await pair.OutboundRelays.PeekAsync();
        await WhileItMoves(Task.WhenAll(sent, got), () => relay.BytesToUpstream);
        Assert.Equal(await sent, await got);
    }

    [Fact]
    public async Task Keys_change_in_mid_stream_on_either_side()
    {
        const int bytes = 64 * 1024 * 1024;
        (Socket client, Socket server, MeshPair pair) = await ConnectAsync(tls: true);
        Task<byte[]>[] received = [Receive(client, bytes), Receive(server, bytes)];
        Task<byte[]>[] sent = [Send(client, bytes, seed: 4), Send(server, bytes, seed: 5)];
        Task moves = Task.WhenAll([.. sent, .. received]);
        int changes = 0;
        for (; !moves.IsCompleted; changes++)
        {
            await OnLoop(() => pair.OutboundSession!.RequestKeyUpdate());
            await OnLoop(() => pair.InboundSession!.RequestKeyUpdate());
            await PauseAsync(1);
        }
        await moves;
        Assert.True(changes > 5, $"{changes} changes");
        Assert.Equal(await sent[0], await received[1]);
        Assert.Equal(await sent[1], await received[0]);
        Assert.Equal(RelayEnd.Completed, (await pair.OutboundResults.NextAsync()).End);
    }

    [Fact]
    public async Task A_sender_that_never_pauses_gives_way_to_the_others_of_its_loop()
    {
        const int bytesMax = 512 * 1024;
        using EndlessChannel downstream = new(Loop), upstream = new(Loop);
        var relay = new ByteRelay(downstream, upstream, RelayOptions.Default);
        long inOneTurn = await OnLoop(() =>
        {
            _ = relay.RunAsync();
            return relay.BytesToUpstream;
        });
        Assert.InRange(inOneTurn, 1, bytesMax);
        await UntilAsync(() => relay.BytesToUpstream > 10 * inOneTurn, "the relay goes on");
        relay.Abort("test");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Single_bytes_arrive_one_by_one(bool tls)
    {
        (Socket client, Socket server, _) = await ConnectAsync(tls);
        var one = new byte[1];
        for (int i = 0; i < 2_000; i++)
        {
            client.Send([(byte)i]);
            Assert.Equal(1, server.Receive(one));
            Assert.Equal((byte)i, one[0]);
        }
    }

    [Fact]
    public async Task Urgent_bytes_stay_in_the_stream()
    {
        (Socket client, Socket server, _) = await ConnectAsync(tls: true);
        client.Send("ab"u8);
        client.Send("!"u8, SocketFlags.OutOfBand);
        client.Send("cd"u8);
        Assert.Equal("ab!cd", ReceiveText(server, 5));
    }

    [Fact]
    public async Task An_established_relay_allocates_nothing_per_message()
    {
        const int messages = 10_000;
        (Socket client, Socket server, _) = await ConnectAsync(tls: true);
        var message = new byte[1024];
        Exchange(client, server, message, 500);
        long before = await LoopAllocationsAsync();
        Exchange(client, server, message, messages);
        long allocated = await LoopAllocationsAsync() - before;
        output.WriteLine($"{allocated} bytes allocated over {messages} exchanges through both proxies");
        // The two looks at the counter themselves take a few hundred bytes.
        Assert.InRange(allocated, 0, 4_096);
    }

    [Fact]
    public async Task Idle_connections_hold_no_buffer()
    {
        const int connections = 100;
        var (listener, endPoint) = OpenBackend();
        MeshPair pair = await StartPairAsync(tls: true, endPoint);
        for (int i = 0; i < connections; i++)
        {
            Socket client = Dial(pair.Outbound.LocalEndPoint);
            Socket server = Accept(listener);
            Exchange(client, server, new byte[4096], 2);
        }
        await UntilAsync(() => true, "a turn of the loop");
        Assert.Equal(2 * connections, NativeResources.OutstandingOf(NativeResourceKind.TlsSession));
        Assert.Equal(LoopBuffers, NativeResources.OutstandingOf(NativeResourceKind.Buffer));
    }

    [Theory, InlineData(false, 10_000), InlineData(true, 3_000)]
    public async Task Thousands_of_short_connections_leave_nothing_behind(bool tls, int connections)
    {
        const int atOnce = 32;
        var (listener, endPoint) = OpenBackend();
        MeshPair pair = await StartPairAsync(tls, endPoint);
        _ = Transfer.EchoAllAsync(listener);
        await AskAsync(pair, connections / 10, atOnce);
        Footprint before = Footprint.Take();
        await AskAsync(pair, connections, atOnce);
        await before.UntilBackAsync();
        Assert.Equal(0, NativeResources.OutstandingOf(NativeResourceKind.TlsSession));
        // Epoll, the queue's eventfd, two listeners.
        Assert.Equal(4, NativeResources.OutstandingOf(NativeResourceKind.Descriptor));
    }

    // After a full handshake OpenSSL keeps the peer's certificates, decoded, on either side.
    [Theory, InlineData(true, 45 * 1024), InlineData(false, 60 * 1024)]
    public async Task Idle_connections_cost_little_and_leave_nothing_behind(bool isResumed, int bytesEach)
    {
        const int connections = 1_000;
        using var applications = new BareSockets(2 * connections);
        TlsContext client = Own(Authority.Context(TlsRole.Client, "client", isResumed)), server = Own(Authority.Context(TlsRole.Server, "server", isResumed));
        MeshPair pair = await MeshPair.StartAsync(Loop, applications.Backend, client, server);
        for (int i = 0; i < 50; i++) applications.Connect(pair.Outbound.LocalEndPoint);
        Footprint before = Footprint.Take();
        for (int i = 0; i < connections; i++) applications.Connect(pair.Outbound.LocalEndPoint);
        long each = (Footprint.Take().Bytes - before.Bytes) / connections;
        output.WriteLine($"{each} bytes for both ends of a connection");
        Assert.InRange(each, 1, bytesEach);
        applications.Dispose();
        await before.UntilBackAsync();
    }

    [Fact]
    public async Task Contexts_change_under_load_without_a_failure()
    {
        const int connections = 400, atOnce = 8;
        var (listener, endPoint) = OpenBackend();
        TlsContext client = Authority.Context(TlsRole.Client, "client"), server = Authority.Context(TlsRole.Server, "server");
        MeshPair pair = await MeshPair.StartAsync(Loop, endPoint, () => Volatile.Read(ref client), () => Volatile.Read(ref server));
        _ = Transfer.EchoAllAsync(listener);
        Socket live = Dial(pair.Outbound.LocalEndPoint);
        live.Send("before"u8);
        Assert.Equal("before", ReceiveText(live, 6));
        int next = 0, swaps = 0;
        Task load = Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) <= connections) await Transfer.AskAsync(pair.Outbound.LocalEndPoint);
        })));
        Task rotation = Task.Run(async () =>
        {
            for (; !load.IsCompleted; swaps++)
            {
                // Dropped, not disposed: a handshake may be about to begin with it.
                Volatile.Write(ref client, Authority.Context(TlsRole.Client, "client"));
                Volatile.Write(ref server, Authority.Context(TlsRole.Server, "server"));
                await PauseAsync(2);
            }
        }, TestContext.Current.CancellationToken);
        await WhileItMoves(load, () => Volatile.Read(ref next));
        await rotation;
        Assert.True(swaps > 10, $"only {swaps} changes");
        Assert.True(pair.Refusals.IsEmpty);
        live.Send("after"u8);
        Assert.Equal("after", ReceiveText(live, 5));
        live.Close();
        await UntilAsync(() => pair.Outbound.ConnectionCount + pair.Inbound.ConnectionCount == 0, "all connections served");
        client.Dispose();
        server.Dispose();
        await UntilAsync(ContextsAreCollected, "the old contexts collected");
    }

    // The two shared buffers, the event batch, the TLS record state and its output.
    private const int LoopBuffers = 5;

    private static bool ContextsAreCollected()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return NativeResources.OutstandingOf(NativeResourceKind.TlsContext) == 0;
    }

    private static void Exchange(Socket client, Socket server, byte[] message, int times)
    {
        for (int i = 0; i < times; i++)
        {
            client.Send(message);
            ReceiveAll(server, message);
            server.Send(message);
            ReceiveAll(client, message);
        }
    }

    private static void ReceiveAll(Socket socket, byte[] buffer)
    {
        for (int got = 0; got < buffer.Length;)
        {
            int count = socket.Receive(buffer, got, buffer.Length - got, SocketFlags.None);
            Assert.True(count > 0, "ended early");
            got += count;
        }
    }

    private Task<long> LoopAllocationsAsync() => Loop.RunAsync(() => Task.FromResult(GC.GetAllocatedBytesForCurrentThread()));

    private async Task AskAsync(MeshPair pair, int connections, int atOnce)
    {
        int asked = 0;
        await WhileItMoves(Transfer.AskAsync(pair.Outbound.LocalEndPoint, connections, atOnce, () => Interlocked.Increment(ref asked)), () => Volatile.Read(ref asked));
        await UntilAsync(() => pair.Outbound.ConnectionCount + pair.Inbound.ConnectionCount == 0, "all connections served");
        for (int i = 0; i < connections; i++) Assert.Equal(RelayEnd.Completed, (await pair.OutboundResults.NextAsync()).End);
        for (int i = 0; i < connections; i++)
        {
            await pair.InboundResults.NextAsync();
            await pair.OutboundRelays.NextAsync();
        }
    }

    private static async Task<long> MovedAsync(MeshPair pair) => (await pair.OutboundRelays.PeekAsync()).BytesToUpstream;

    /// <summary>Sends pseudo-random bytes, ends the side, and gives their hash.</summary>
    private static Task<byte[]> Send(Socket socket, int bytes, int seed) => OnThread(() =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[1024 * 1024];
        var numbers = new ReproducibleBytes((ulong)seed);
        for (int left = bytes; left > 0;)
        {
            int count = Math.Min(left, chunk.Length);
            numbers.Fill(chunk);
            hash.AppendData(chunk, 0, count);
            for (int sent = 0; sent < count;) sent += socket.Send(chunk, sent, count - sent, SocketFlags.None);
            left -= count;
        }
        socket.Shutdown(SocketShutdown.Send);
        return hash.GetHashAndReset();
    });

    private static Task<byte[]> Receive(Socket socket, int bytes) => OnThread(() =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[256 * 1024];
        int got = 0;
        while (socket.Receive(chunk) is > 0 and int count)
        {
            hash.AppendData(chunk, 0, count);
            got += count;
        }
        Assert.Equal(bytes, got);
        return hash.GetHashAndReset();
    });

    // Blocking work has threads of its own: on the pool's few, what a test waits for would wait for it.
    private static Task<byte[]> OnThread(Func<byte[]> work) => Task.Factory.StartNew(work, TaskCreationOptions.LongRunning);

    /// <summary>Cheap reproducible bytes (splitmix64).</summary>
    private struct ReproducibleBytes(ulong seed)
    {
        private ulong state = seed;

        public void Fill(Span<byte> destination)
        {
            foreach (ref ulong word in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(destination))
            {
                ulong z = state += 0x9e3779b97f4a7c15;
                z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
                z = (z ^ z >> 27) * 0x94d049bb133111eb;
                word = z ^ z >> 31;
            }
        }
    }
}
