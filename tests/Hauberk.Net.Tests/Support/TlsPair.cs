using System.Net;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Support;

/// <summary>Both ends of one handshake over loopback, in one loop. The server's end stays open until disposal.</summary>
internal sealed class TlsPair : IDisposable
{
    private readonly TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TlsHandshakeResult> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TlsPair()
    {
    }

    public TlsHandshakeResult Client { get; private set; } = null!;

    public TlsHandshakeResult Server { get; private set; } = null!;

    public static async Task<TlsPair> HandshakeAsync(EventLoop loop, TlsContext client, TlsContext server, string? serverName = null, string? resumptionKey = null)
    {
        var pair = new TlsPair();
        ListenerSocket listener = await ListenerSocket.OpenAsync(loop, new IPEndPoint(IPAddress.Loopback, 0), new ListenerOptions(), async connection =>
        {
            pair.accepted.SetResult(await TlsHandshake.AcceptAsync(connection, server, Deadline.After(20_000)));
            await pair.release.Task;
        });
        pair.Client = await loop.RunAsync(async () =>
        {
            ConnectResult dialled = await TcpConnection.ConnectAsync(loop, listener.LocalEndPoint, ConnectOptions.Default);
            Assert.True(dialled.IsConnected, dialled.Problem?.ToString());
            return await TlsHandshake.ConnectAsync(dialled.Connection, client, serverName, Deadline.After(20_000), resumptionKey);
        });
        pair.Server = await pair.accepted.Task.WaitAsync(LoopTest.Patience);
        return pair;
    }

    public void Dispose() => release.TrySetResult();
}
