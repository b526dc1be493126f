using System.Net;
using System.Net.Sockets;
using Hauberk.Sidecar.Tests.WholeSidecar;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>A program with an address of its own that takes first bytes, sends them back, and closes the connection.</summary>
internal sealed class LiveApplication : IAsyncDisposable
{
    private readonly Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task accepting = Task.CompletedTask;
    private volatile byte[]? seen;

    public LiveApplication(int port)
    {
        Address = new IPEndPoint(LoopbackAddresses.Next(), port);
        try
        {
            listener.Bind(Address);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            // A port below 1024, and an ordinary user.
            return;
        }
        IsListening = true;
        listener.Listen(16);
        accepting = AcceptAsync();
    }

    public IPEndPoint Address { get; }

    /// <summary>False: this user may not listen on the port. That it was dialled is then all there is to see.</summary>
    public bool IsListening { get; }

    /// <summary>The first bytes of the last connection that brought some; null: none came since this was last asked.</summary>
    public byte[]? Take() => Interlocked.Exchange(ref seen, null);

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                await ServeAsync(await listener.AcceptAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        using var _ = connection;
        try
        {
            var buffer = new byte[16 * 1024];
            if (await connection.ReceiveAsync(buffer) is not (var count and > 0))
                return;
            seen = buffer[..count];
            await connection.SendAsync(buffer.AsMemory(0, count));
            connection.Shutdown(SocketShutdown.Send);
            // Until the client has ended, so that what was sent is not cut off by a reset.
            while (await connection.ReceiveAsync(buffer) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // A client's right.
        }
    }
}
