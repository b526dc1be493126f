using System.Net;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Tests.Support;

/// <summary>Applications' sockets that cost the process a descriptor each and no memory, so that what a measurement shows is the proxies'.</summary>
internal sealed unsafe class BareSockets : IDisposable
{
    private readonly int listener;
    private readonly List<int> sockets;

    public BareSockets(int capacity)
    {
        sockets = new List<int>(2 * capacity);
        listener = LibC.Socket(AF_INET, SOCK_STREAM, 0);
        var address = SocketAddressBytes.From(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Equal(0, LibC.Bind(listener, &address, address.Length));
        Assert.Equal(0, LibC.Listen(listener, 4096));
        uint length = SocketAddressBytes.Capacity;
        Assert.Equal(0, LibC.GetSockName(listener, &address, &length));
        Backend = address.ToEndPoint()!;
    }

    /// <summary>Where <see cref="Connect"/>'s connections must come out.</summary>
    public IPEndPoint Backend { get; }

    /// <summary>A connection through proxies that has carried a byte each way.</summary>
    public void Connect(IPEndPoint proxy)
    {
        int client = LibC.Socket(AF_INET, SOCK_STREAM, 0);
        sockets.Add(client);
        var address = SocketAddressBytes.From(proxy);
        Assert.Equal(0, LibC.Connect(client, &address, address.Length));
        int server = LibC.Accept4(listener, null, null, 0);
        Assert.True(server >= 0);
        sockets.Add(server);
        Move(client, server);
        Move(server, client);
    }

    public void Dispose()
    {
        foreach (int socket in sockets) _ = LibC.Close(socket);
        _ = LibC.Close(listener);
    }

    private static void Move(int from, int to)
    {
        byte octet = 1;
        Assert.Equal(1, LibC.Send(from, &octet, 1, 0));
        Assert.Equal(1, LibC.Recv(to, &octet, 1, 0));
    }
}
