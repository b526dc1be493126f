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
    private readonly TaskCompletionSource<TunnelConnection> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TunnelMesh()
    {
    }

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
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        ListenerSocket inbound = await ListenerSocket.OpenAsync(loop, any, new ListenerOptions(), async connection =>
        {
            TlsHandshakeResult secured = await TlsHandshake.AcceptAsync(connection, server, Deadline.After(20_000));
            TunnelConnection tunnel = TunnelConnection.Accept(secured.Channel!, serverOptions ?? TunnelOptions.Default, mesh.ServeAsync);
            mesh.accepted.SetResult(tunnel);
            await tunnel.Completion;
        });
        mesh.Client = await loop.RunAsync(async () =>
        {
            ConnectResult dialled = await TcpConnection.ConnectAsync(loop, inbound.LocalEndPoint, ConnectOptions.Default);
            TlsHandshakeResult secured = await TlsHandshake.ConnectAsync(dialled.Connection!, client, null, Deadline.After(20_000));
            return TunnelConnection.Connect(secured.Channel!, clientOptions ?? TunnelOptions.Default);
        });
        mesh.Server = await mesh.accepted.Task.WaitAsync(LoopTest.Patience);
        mesh.Outbound = await ListenerSocket.OpenAsync(loop, any, new ListenerOptions(), connection => mesh.ForwardAsync(connection, backend.ToString()));
        return mesh;
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
