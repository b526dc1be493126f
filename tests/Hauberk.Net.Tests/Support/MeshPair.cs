using System.Net;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Relay;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Support;

/// <summary>
/// Two proxies as the product will have them: application → [plain | TLS] → [TLS | plain] → application. Without contexts both hops are
/// plain.
/// </summary>
internal sealed class MeshPair
{
    private readonly RelayOptions options;
    private readonly Func<TlsContext?> clientContext;
    private readonly Func<TlsContext?> serverContext;

    private MeshPair(RelayOptions options, Func<TlsContext?> clientContext, Func<TlsContext?> serverContext)
    {
        this.options = options;
        this.clientContext = clientContext;
        this.serverContext = serverContext;
    }

    public ListenerSocket Outbound { get; private set; } = null!;

    public ListenerSocket Inbound { get; private set; } = null!;

    public Arrivals<RelayResult> OutboundResults { get; } = new();

    public Arrivals<RelayResult> InboundResults { get; } = new();

    public Arrivals<TlsProblem> Refusals { get; } = new();

    public Arrivals<ByteRelay> OutboundRelays { get; } = new();

    /// <summary>Of the newest connection.</summary>
    public TlsSession? OutboundSession { get; private set; }

    /// <inheritdoc cref="OutboundSession"/>
    public TlsSession? InboundSession { get; private set; }

    public static Task<MeshPair> StartAsync(EventLoop loop, IPEndPoint backend, TlsContext? client, TlsContext? server, RelayOptions? options = null) =>
        StartAsync(loop, backend, () => client, () => server, options);

    public static async Task<MeshPair> StartAsync(
        EventLoop loop, IPEndPoint backend, Func<TlsContext?> client, Func<TlsContext?> server, RelayOptions? options = null)
    {
        var pair = new MeshPair(options ?? RelayOptions.Default, client, server);
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        pair.Inbound = await ListenerSocket.OpenAsync(loop, any, new ListenerOptions(), connection => pair.ServeInboundAsync(connection, backend));
        pair.Outbound = await ListenerSocket.OpenAsync(loop, any, new ListenerOptions(), pair.ServeOutboundAsync);
        return pair;
    }

    private async Task ServeOutboundAsync(TcpConnection application)
    {
        ConnectResult dialled = await TcpConnection.ConnectAsync(application.Loop, Inbound.LocalEndPoint, ConnectOptions.Default);
        if (!dialled.IsConnected)
        {
            application.Abort();
            return;
        }
        ByteChannel upstream;
        if (clientContext() is { } context)
        {
            TlsHandshakeResult secured = await TlsHandshake.ConnectAsync(dialled.Connection, context, null, Deadline.After(20_000), "inbound");
            if (!secured.IsEstablished)
            {
                Refusals.Add(secured.Problem);
                application.Abort();
                return;
            }
            upstream = secured.Channel;
            OutboundSession = secured.Channel.Session;
        }
        else
        {
            upstream = new PlainChannel(dialled.Connection);
        }
        var relay = new ByteRelay(new PlainChannel(application), upstream, options);
        OutboundRelays.Add(relay);
        OutboundResults.Add(await relay.RunAsync());
    }

    private async Task ServeInboundAsync(TcpConnection peer, IPEndPoint backend)
    {
        ByteChannel downstream;
        if (serverContext() is { } context)
        {
            TlsHandshakeResult secured = await TlsHandshake.AcceptAsync(peer, context, Deadline.After(20_000));
            if (!secured.IsEstablished)
            {
                Refusals.Add(secured.Problem);
                return;
            }
            downstream = secured.Channel;
            InboundSession = secured.Channel.Session;
        }
        else
        {
            downstream = new PlainChannel(peer);
        }
        ConnectResult dialled = await TcpConnection.ConnectAsync(peer.Loop, backend, ConnectOptions.Default);
        if (!dialled.IsConnected)
        {
            downstream.Abort();
            return;
        }
        InboundResults.Add(await new ByteRelay(downstream, new PlainChannel(dialled.Connection), options).RunAsync());
    }
}
