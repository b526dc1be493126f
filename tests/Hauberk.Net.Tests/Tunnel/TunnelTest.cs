using System.Net;
using System.Net.Sockets;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>An application must not be able to tell a tunnel from a connection of its own.</summary>
public abstract class TunnelTest : RelayTest
{
    internal async Task<(TunnelMesh Mesh, Socket Listener)> StartMeshAsync(TunnelOptions? client = null, TunnelOptions? server = null)
    {
        (Socket listener, IPEndPoint endPoint) = OpenBackend();
        return (await StartMeshAsync(endPoint, client, server), listener);
    }

    internal Task<TunnelMesh> StartMeshAsync(IPEndPoint backend, TunnelOptions? client = null, TunnelOptions? server = null) => TunnelMesh.StartAsync(
        Loop, backend, Own(Authority.Context(TlsRole.Client, "client", "h2")), Own(Authority.Context(TlsRole.Server, "server", "h2")), client, server);

    internal (Socket Client, Socket Server) Connect(TunnelMesh mesh, Socket listener)
    {
        Socket client = Dial(mesh.Outbound.LocalEndPoint);
        return (client, Accept(listener));
    }

    internal async Task<(ScriptedPeer Peer, TunnelConnection Tunnel)> ScriptClientAsync(
        Func<TunnelRequest, Task>? serve = null, TunnelOptions? options = null)
    {
        TlsPair pair = await HandshakeAsync();
        TunnelConnection tunnel = await OnLoop(() => TunnelConnection.Accept(pair.Server.Channel!, options ?? TunnelOptions.Default, serve ?? Hold));
        return (await OnLoop(() => new ScriptedPeer(pair.Client.Channel!, isServer: false)), tunnel);
    }

    internal async Task<(ScriptedPeer Peer, TunnelConnection Tunnel)> ScriptServerAsync(TunnelOptions? options = null)
    {
        TlsPair pair = await HandshakeAsync();
        TunnelConnection tunnel = await OnLoop(() => TunnelConnection.Connect(pair.Client.Channel!, options ?? TunnelOptions.Default));
        return (await OnLoop(() => new ScriptedPeer(pair.Server.Channel!, isServer: true)), tunnel);
    }

    /// <summary>Accepts a stream and leaves it to its peer, without reading.</summary>
    internal static async Task Hold(TunnelRequest request)
    {
        request.Accept();
        await request.Channel.Loop.RunAsync(async () =>
        {
            while (request.IsOpen) await Task.Delay(2);
        });
    }

    internal static void Exchange(Socket client, Socket server, byte[] message, int times)
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

    private async Task<TlsPair> HandshakeAsync()
    {
        TlsContext client = Own(Authority.Context(TlsRole.Client, "client", "h2"));
        TlsContext server = Own(Authority.Context(TlsRole.Server, "server", "h2"));
        return Own(await TlsPair.HandshakeAsync(Loop, client, server));
    }
}
