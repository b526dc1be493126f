using System.Net;
using System.Net.Sockets;

namespace Hauberk.Sidecar.Tests.Capture;

/// <summary>Two hosts as network namespaces: 10.77.0.1 has the rules, 10.77.0.2 is anybody.</summary>
public abstract class CaptureTest : IDisposable
{
    private const int InternetProtocol = 0;
    private const int OriginalDestination = 80;
    private const int SocketLevel = 1;
    private const int SocketMark = 36;
    protected const uint SidecarUid = 4711;

    private readonly List<Socket> sockets = [];

    protected CaptureTest() => NetworkNamespace.Connect(Captured, 1, Other, 2);

    private protected NetworkNamespace Captured { get; } = new();

    private protected NetworkNamespace Other { get; } = new();

    public void Dispose()
    {
        sockets.ForEach(static s => s.Dispose());
        Captured.Dispose();
        Other.Dispose();
        GC.SuppressFinalize(this);
    }

    protected void Install(params string[] arguments) => Sidecar("install", arguments.Length > 0 ? arguments : ["--uid", $"{SidecarUid}"]);

    protected string Sidecar(string verb, params string[] arguments) => Captured.Execute([SidecarExecutable.Path, "capture", verb, .. arguments]);

    private protected Socket Listen(NetworkNamespace space, IPAddress address, int port)
    {
        var socket = space.Listen(new IPEndPoint(address, port));
        sockets.Add(socket);
        return socket;
    }

    private protected async Task<Socket> ConnectAsync(NetworkNamespace from, string address, int port, Action<Socket>? prepare = null)
    {
        var remote = new IPEndPoint(IPAddress.Parse(address), port);
        var socket = from.Socket(remote.AddressFamily);
        sockets.Add(socket);
        prepare?.Invoke(socket);
        await socket.ConnectAsync(remote, TestContext.Current.CancellationToken);
        return socket;
    }

    private protected async Task<SocketError> ConnectErrorAsync(NetworkNamespace from, string address, int port, Action<Socket>? prepare = null) =>
        (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(from, address, port, prepare))).SocketErrorCode;

    protected static void Mark(Socket socket, int mark) => socket.SetRawSocketOption(SocketLevel, SocketMark, BitConverter.GetBytes(mark));

    protected async Task<Socket> AcceptAsync(Socket listener)
    {
        var accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        sockets.Add(accepted);
        return accepted;
    }

    protected static IPEndPoint DestinationOf(Socket accepted)
    {
        Span<byte> address = stackalloc byte[16];
        accepted.GetRawSocketOption(InternetProtocol, OriginalDestination, address);
        return new IPEndPoint(new IPAddress(address[4..8]), (address[2] << 8) | address[3]);
    }
}
