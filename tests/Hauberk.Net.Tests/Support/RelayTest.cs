using System.Net.Sockets;
using System.Text;
using Hauberk.Net.Relay;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Support;

/// <summary>An application must not be able to tell two proxies from none.</summary>
public abstract class RelayTest : LoopTest
{
    internal TestAuthority Authority { get; } = new();

    internal async Task<(Socket Client, Socket Server, MeshPair Pair)> ConnectAsync(bool tls, RelayOptions? options = null)
    {
        var (listener, endPoint) = OpenBackend();
        MeshPair pair = await StartPairAsync(tls, endPoint, options);
        Socket client = Dial(pair.Outbound.LocalEndPoint);
        return (client, Accept(listener), pair);
    }

    internal Task<MeshPair> StartPairAsync(bool tls, System.Net.IPEndPoint backend, RelayOptions? options = null)
    {
        TlsContext? client = tls ? Own(Authority.Context(TlsRole.Client, "client")) : null;
        TlsContext? server = tls ? Own(Authority.Context(TlsRole.Server, "server")) : null;
        return MeshPair.StartAsync(Loop, backend, client, server, options);
    }

    protected static string ReceiveText(Socket socket, int count)
    {
        var buffer = new byte[count];
        int got = 0;
        while (got < count && socket.Receive(buffer, got, count - got, SocketFlags.None) is > 0 and int more) got += more;
        return Encoding.ASCII.GetString(buffer, 0, got);
    }

    protected static void AssertEnded(Socket socket) => Assert.Equal(0, socket.Receive(new byte[1]));

    protected static void AssertReset(Socket socket)
    {
        var error = Assert.Throws<SocketException>(() => DrainTo(socket));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    /// <summary>Makes the kernel send a reset now.</summary>
    protected static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    private static void DrainTo(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        while (socket.Receive(buffer) > 0)
        {
        }
    }
}
