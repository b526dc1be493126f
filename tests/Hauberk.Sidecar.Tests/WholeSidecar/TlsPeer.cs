using System.Net;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;
using Hauberk.Net.Tunnel;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>A TLS peer that shows whatever certificate it is given and takes any.</summary>
internal sealed class TlsPeer(PresentedChain shown) : IAsyncDisposable
{
    private readonly EventLoop loop = EventLoop.Start("peer");
    private readonly List<TlsContext> contexts = [];
    private readonly List<ListenerSocket> listeners = [];

    /// <summary>Connects, offers the mesh's ALPN, does its part of the handshake, and waits for the other side to end it.</summary>
    public Task CallAsync(IPEndPoint address) => loop.RunAsync(async () =>
    {
        var connected = await TcpConnection.ConnectAsync(loop, address, ConnectOptions.Default);
        Assert.True(connected.IsConnected);
        var handshake = await TlsHandshake.ConnectAsync(connected.Connection, Context(TlsRole.Client), null, Deadline.After(30_000));
        if (handshake.IsEstablished)
            handshake.Channel.Close();
    });

    /// <summary>Asks through a tunnel of its own to be taken somewhere; the status of the answer.</summary>
    public Task<int> AskAsync(IPEndPoint address, string authority) => loop.RunAsync(async () =>
    {
        var connected = await TcpConnection.ConnectAsync(loop, address, ConnectOptions.Default);
        var handshake = await TlsHandshake.ConnectAsync(connected.Connection!, Context(TlsRole.Client, "h2"), null, Deadline.After(30_000));
        var tunnel = TunnelConnection.Connect(handshake.Channel!, TunnelOptions.Default);
        var opening = await tunnel.OpenAsync(authority, Deadline.After(30_000));
        opening.Stream?.Abort();
        tunnel.Drain();
        await tunnel.Completion;
        return opening.Status;
    });

    /// <summary>Answers every connection with its handshake.</summary>
    public Task ServeAsync(IPEndPoint address) =>
        ListenAsync(address, Context(TlsRole.Server), static _ => Task.CompletedTask);

    /// <summary>Takes tunnels: each request is served so, with the number of the tunnel that it came by.</summary>
    public Task ServeTunnelsAsync(IPEndPoint address, Func<int, TunnelRequest, Task> serve)
    {
        var count = 0;
        return ListenAsync(address, Context(TlsRole.Server, "h2"), channel =>
        {
            var number = ++count;
            return TunnelConnection.Accept(channel, TunnelOptions.Default, request => serve(number, request)).Completion;
        });
    }

    private async Task ListenAsync(IPEndPoint address, TlsContext context, Func<TlsChannel, Task> serve) =>
        listeners.Add(await ListenerSocket.OpenAsync(loop, address, new ListenerOptions(), async connection =>
        {
            var handshake = await TlsHandshake.AcceptAsync(connection, context, Deadline.After(30_000));
            if (handshake.IsEstablished)
                await serve(handshake.Channel);
        }));

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in listeners)
            await listener.CloseAsync();
        await loop.DisposeAsync();
        contexts.ForEach(c => c.Dispose());
    }

    private TlsContext Context(TlsRole role, string protocol = "istio")
    {
        using var identity = shown.Key is null ? null : new TlsIdentity(shown.Der, shown.Key.ExportPkcs8PrivateKey());
        var options = new TlsContextOptions { Role = role, Identity = identity, VerifyPeer = _ => PeerVerdict.Accept(), AlpnProtocols = [protocol] };
        Assert.True(TlsContext.TryCreate(options, out var context, out var problem), problem);
        contexts.Add(context);
        return context;
    }
}
