using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using CsCheck;
using Hauberk.Net.Detection;
using Hauberk.Net.Tests.Support;

namespace Hauberk.Net.Tests.Detection;

public sealed class ClientHelloReaderTests : LoopTest
{
    [Fact]
    public async Task A_real_hello_of_the_runtime_is_read_whole_and_waited_for_at_every_cut()
    {
        byte[] hello = await CaptureAsync(socket =>
        {
            var stream = new SslStream(new NetworkStream(socket));
            return stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "orders.shop.svc",
                ApplicationProtocols = [new SslApplicationProtocol("istio"), SslApplicationProtocol.Http11],
            });
        });
        AssertReadAtEveryCut(hello, "orders.shop.svc", ["istio", "http/1.1"]);
    }

    [Fact]
    public async Task A_real_hello_of_openssl_is_read_whole_and_waited_for_at_every_cut()
    {
        string folder = ForeignProgram.WriteFiles(new TestAuthority(), "any");
        try
        {
            ForeignProgram? tool = null;
            byte[] hello = await CaptureAsync(endPoint => tool = ForeignProgram.OpenSslClient(endPoint, folder, "-servername", "payments", "-alpn", "h2,istio-http/1.1"));
            tool!.Dispose();
            AssertReadAtEveryCut(hello, "payments", ["h2", "istio-http/1.1"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_hello_spread_over_many_records_is_read()
    {
        byte[] hello = Hello(ServerName("a.b"), Alpn("istio"), Versions(0x0304, 0x0303));
        for (int size = 1; size <= hello.Length; size += 1 + size / 8)
            AssertRead(Records(hello, size), "a.b", ["istio"], [0x0304, 0x0303]);
    }

    [Fact]
    public void A_hello_without_extensions_has_its_legacy_version_only()
    {
        byte[] hello = Message([3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0]);
        AssertRead(Records(hello, 100), null, [], [0x0303]);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0080\u002e\u0001\u0003\u0001")] // SSL 2
    [InlineData("\u0016\u0002\u0001")]
    [InlineData("\0")]
    public void What_does_not_begin_as_TLS_is_not_TLS(string bytes) => Assert.Equal(ClientHelloStatus.NotTls, Read(System.Text.Encoding.Latin1.GetBytes(bytes)).Status);

    [Fact]
    public void Broken_hellos_are_invalid()
    {
        byte[][] broken =
        [
            Records(Message([3, 3]), 100), // cut short inside
            Records(Hello(ServerName("a"), ServerName("b")), 1000), // twice
            Records(Hello([0, 0, 0, 2, 0, 0]), 1000), // empty name list
            Records(Hello([0, 16, 0, 3, 0, 1, 0]), 1000), // empty ALPN name
            Records(Hello([0, 43, 0, 2, 1, 3]), 1000), // odd versions
            Records(Hello([0, 99, 0, 5, 1]), 1000), // extension longer than the list
            Records([2, 0, 0, 1, 0], 100), // a ServerHello
            [22, 3, 1, 0, 0], // empty record
            [22, 3, 1, 0x40, 1], // record too large
            [22, 3, 1, 0, 1, 1, 21], // an alert in the middle
            [22, 3, 1, 0, 4, 1, 1, 0, 0], // 64 KiB message
        ];
        Assert.All(broken, bytes => Assert.Equal(ClientHelloStatus.Invalid, Read(bytes).Status));
    }

    [Fact]
    public void A_hello_that_does_not_complete_within_the_bound_is_invalid()
    {
        byte[] endless = Records([1, 0, 0x3f, 0xf0, .. new byte[20_000]], 1);
        Assert.Equal(ClientHelloStatus.NeedMore, Read(endless.AsSpan(0, 1000)).Status);
        Assert.Equal(ClientHelloStatus.Invalid, Read(endless.AsSpan(0, ClientHelloReader.MaxBytes)).Status);
    }

    [Fact]
    public void No_bytes_whatever_make_it_throw() => Gen.Byte.Array[0, 400].Sample(bytes => Read(bytes));

    [Fact]
    public void No_change_to_a_real_hello_makes_it_throw()
    {
        byte[] hello = Records(Hello(ServerName("a.b"), Alpn("istio"), Versions(0x0304)), 50);
        Gen.Select(Gen.Int[0, hello.Length - 1], Gen.Byte, Gen.Int[0, hello.Length]).Array[1, 6].Sample(changes =>
        {
            byte[] changed = [.. hello];
            foreach ((int at, byte value, _) in changes) changed[at] = value;
            Read(changed.AsSpan(0, changes[0].Item3));
        });
    }

    private static void AssertReadAtEveryCut(byte[] hello, string name, string[] protocols)
    {
        for (int cut = 0; cut < hello.Length; cut++) Assert.Equal(ClientHelloStatus.NeedMore, Read(hello.AsSpan(0, cut)).Status);
        ClientHelloReading reading = Read(hello);
        Assert.Equal(ClientHelloStatus.Complete, reading.Status);
        Assert.Equal((name, true), (reading.Hello!.ServerName, reading.Hello.SupportedVersions.Contains(0x0304)));
        Assert.Equal(protocols, reading.Hello.AlpnProtocols);
    }

    private static void AssertRead(byte[] bytes, string? name, string[] protocols, int[] versions)
    {
        ClientHelloReading reading = Read(bytes);
        Assert.Equal(ClientHelloStatus.Complete, reading.Status);
        Assert.Equal(name, reading.Hello!.ServerName);
        Assert.Equal(protocols, reading.Hello.AlpnProtocols);
        Assert.Equal(versions, reading.Hello.SupportedVersions);
    }

    /// <summary>Reads from a copy that ends where the bytes end, so that a read beyond them would be seen as a fault.</summary>
    private static ClientHelloReading Read(ReadOnlySpan<byte> bytes) => ClientHelloReader.Read(bytes.ToArray());

    private static byte[] Hello(params byte[][] extensions)
    {
        byte[] all = [.. extensions.SelectMany(extension => extension)];
        return Message([3, 3, .. new byte[32], 0, 0, 2, 0x13, 1, 1, 0, (byte)(all.Length >> 8), (byte)all.Length, .. all]);
    }

    private static byte[] Message(byte[] body) => [1, (byte)(body.Length >> 16), (byte)(body.Length >> 8), (byte)body.Length, .. body];

    private static byte[] Records(byte[] message, int size) =>
        [.. message.Chunk(size).SelectMany(piece => (byte[])[22, 3, 1, (byte)(piece.Length >> 8), (byte)piece.Length, .. piece])];

    private static byte[] ServerName(string name) =>
        [0, 0, 0, (byte)(name.Length + 5), 0, (byte)(name.Length + 3), 0, 0, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name)];

    private static byte[] Alpn(string name) =>
        [0, 16, 0, (byte)(name.Length + 3), 0, (byte)(name.Length + 1), (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name)];

    private static byte[] Versions(params int[] versions) =>
        [0, 43, 0, (byte)(versions.Length * 2 + 1), (byte)(versions.Length * 2), .. versions.SelectMany(version => (byte[])[(byte)(version >> 8), (byte)version])];

    private Task<byte[]> CaptureAsync(Func<Socket, Task> handshake) => CaptureAsync(endPoint =>
        _ = handshake(Dial(endPoint)).ContinueWith(static _ => { }, TaskScheduler.Default));

    /// <summary>What a client sends first, up to the end of its hello.</summary>
    private Task<byte[]> CaptureAsync(Action<IPEndPoint> begin)
    {
        var (listener, endPoint) = OpenBackend();
        begin(endPoint);
        Socket server = Accept(listener);
        var bytes = new List<byte>();
        var buffer = new byte[1];
        while (ClientHelloReader.Read([.. bytes]).Status == ClientHelloStatus.NeedMore && server.Receive(buffer) == 1) bytes.Add(buffer[0]);
        return Task.FromResult<byte[]>([.. bytes]);
    }
}
