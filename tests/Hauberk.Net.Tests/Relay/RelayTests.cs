using System.Net.Sockets;
using System.Text;
using Hauberk.Net.Relay;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Relay;

/// <summary>An application must not be able to tell two proxies from none. Every test runs over plain hops and over TLS.</summary>
public sealed class RelayTests : LoopTest
{
    private readonly TestAuthority authority = new();

    [Theory, InlineData(false), InlineData(true)]
    public async Task Bytes_go_both_ways(bool tls)
    {
        (Socket client, Socket server, _) = await ConnectAsync(tls);
        client.Send("ping"u8);
        Assert.Equal("ping", ReceiveText(server, 4));
        server.Send("pong"u8);
        Assert.Equal("pong", ReceiveText(client, 4));
    }

    private async Task<(Socket Client, Socket Server, MeshPair Pair)> ConnectAsync(bool tls, RelayOptions? options = null)
    {
        var (listener, endPoint) = OpenBackend();
        TlsContext? clientContext = tls ? Own(authority.Context(TlsRole.Client, "client")) : null;
        TlsContext? serverContext = tls ? Own(authority.Context(TlsRole.Server, "server")) : null;
        MeshPair pair = await MeshPair.StartAsync(Loop, endPoint, clientContext, serverContext, options);
        Socket client = Dial(pair.Outbound.LocalEndPoint);
        return (client, Accept(listener), pair);
    }

    private static string ReceiveText(Socket socket, int count)
    {
        var buffer = new byte[count];
        int got = 0;
        while (got < count && socket.Receive(buffer, got, count - got, SocketFlags.None) is > 0 and int more) got += more;
        return Encoding.ASCII.GetString(buffer, 0, got);
    }
}
