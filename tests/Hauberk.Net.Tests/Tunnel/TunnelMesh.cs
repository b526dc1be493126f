using System.Net;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Relay;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>Two proxies with one tunnel between them: application → [plain | stream] → [stream | plain] → application.</summary>
internal sealed class TunnelMesh
{
    private static readonly IPEndPoint Any = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<TunnelConnection> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TunnelConnection Client { get; private set; } = null!;

    public TunnelConnection Server { get; private set; } = null!;

    public ListenerSocket Outbound { get; private set; } = null!;

    public Arrivals<RelayResult> OutboundResults { get; } = new();

    public Arrivals<RelayResult> InboundResults { get; } = new();

    public Arrivals<TunnelOpening> Openings { get; } = new();

    public static async Task<TunnelMesh> StartAsync(
        EventLoop loop, IPEndPoint backend, TlsContext client, TlsContext server, TunnelOptions? clientOptions = null, TunnelOptions? serverOptions = null)
    {
        var mesh = new TunnelMesh();
        await mesh.ConnectAsync(loop, await mesh.ListenAsync(loop, server, serverOptions), client, backend, clientOptions);
        mesh.Server = await mesh.accepted.Task.WaitAsync(LoopTest.Patience);
        return mesh;
    }

    /// <summary>The inbound half alone.</summary>
    public async Task<IPEndPoint> ListenAsync(EventLoop loop, TlsContext context, TunnelOptions? options = null)
    {
        ListenerSocket inbound = await ListenerSocket.OpenAsync(loop, Any, new ListenerOptions(), async connection =>
        {
            TlsHandshakeResult secured = await TlsHandshake.AcceptAsync(connection, context, Deadline.After(20_000));
            TunnelConnection tunnel = TunnelConnection.Accept(secured.Channel!, options ?? TunnelOptions.Default, ServeAsync);
            accepted.TrySetResult(tunnel);
            await tunnel.Completion;
        });
        return inbound.LocalEndPoint;
    }

    /// <summary>The outbound half alone: applications that come to <see cref="Outbound"/> get to the backend by way of a tunnel's server.</summary>
    public async Task ConnectAsync(EventLoop loop, IPEndPoint server, TlsContext context, IPEndPoint backend, TunnelOptions? options = null)
    {
        Client = await loop.RunAsync(async () =>
        {
            ConnectResult dialled = await TcpConnection.ConnectAsync(loop, server, ConnectOptions.Default);
            TlsHandshakeResult secured = await TlsHandshake.ConnectAsync(dialled.Connection!, context, null, Deadline.After(20_000));
            return TunnelConnection.Connect(secured.Channel!, options ?? TunnelOptions.Default);
        });
        Outbound = await ListenerSocket.OpenAsync(loop, Any, new ListenerOptions(), connection => ForwardAsync(connection, backend.ToString()));
    }

    private async Task ForwardAsync(TcpConnection application, string authority)
    {
        TunnelOpening opening = await Client.OpenAsync(authority, Deadline.After(20_000));
        Openings.Add(opening);
        if (!opening.IsOpen) application.Abort();
        else OutboundResults.Add(await new ByteRelay(new PlainChannel(application), opening.Stream, RelayOptions.Default).RunAsync());
    }

    private async Task ServeAsync(TunnelRequest request)
    {
        if (!IPEndPoint.TryParse(request.Authority, out IPEndPoint? address))
        {
            request.Refuse(400);
            return;
        }
        ConnectResult dialled = await TcpConnection.ConnectAsync(request.Loop, address, ConnectOptions.Default);
        if (!dialled.IsConnected) request.Refuse(503);
        else InboundResults.Add(await new ByteRelay(request.Accept(), new PlainChannel(dialled.Connection), RelayOptions.Default).RunAsync());
    }
}
