using System.Net;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>A TLS peer that shows whatever certificate it is given and takes any.</summary>
internal sealed class TlsPeer(PresentedChain shown) : IAsyncDisposable
{
    private readonly EventLoop loop = EventLoop.Start("peer");
    private readonly List<TlsContext> contexts = [];
    private ListenerSocket? listener;

    /// <summary>Connects, offers the mesh's ALPN, does its part of the handshake, and waits for the other side to end it.</summary>
    public Task CallAsync(IPEndPoint address) => loop.RunAsync(async () =>
    {
        var connected = await TcpConnection.ConnectAsync(loop, address, ConnectOptions.Default);
        Assert.True(connected.IsConnected);
        var handshake = await TlsHandshake.ConnectAsync(connected.Connection, Context(TlsRole.Client), null, Deadline.After(30_000));
        if (handshake.IsEstablished)
            handshake.Channel.Close();
    });

    /// <summary>Answers every connection with its handshake.</summary>
    public async Task ServeAsync(IPEndPoint address)
    {
        var context = Context(TlsRole.Server);
        listener = await ListenerSocket.OpenAsync(
            loop, address, new ListenerOptions(),
            async connection => await TlsHandshake.AcceptAsync(connection, context, Deadline.After(30_000)));
    }

    public async ValueTask DisposeAsync()
    {
        if (listener is not null)
            await listener.CloseAsync();
        await loop.DisposeAsync();
        contexts.ForEach(c => c.Dispose());
    }

    private TlsContext Context(TlsRole role)
    {
        using var identity = shown.Key is null ? null : new TlsIdentity(shown.Der, shown.Key.ExportPkcs8PrivateKey());
        var options = new TlsContextOptions { Role = role, Identity = identity, VerifyPeer = _ => PeerVerdict.Accept(), AlpnProtocols = ["istio"] };
        Assert.True(TlsContext.TryCreate(options, out var context, out var problem), problem);
        contexts.Add(context);
        return context;
    }
}
