using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>An unmodified program behind a sidecar: serves each connection with the given behaviour and counts what it saw.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    private readonly Socket listener;
    private readonly Func<Socket, Task> serve;
    private readonly ConcurrentBag<Task> served = [];
    private readonly ConcurrentDictionary<Socket, bool> open = [];
    private readonly Task accepting;
    private int connections;

    private TestApplication(IPEndPoint address, Func<Socket, Task> serve)
    {
        this.serve = serve;
        Address = address;
        listener = new Socket(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(address);
        listener.Listen(512);
        accepting = AcceptAsync();
    }

    public IPEndPoint Address { get; }

    /// <summary>Connections that reached the program.</summary>
    public int Connections => Volatile.Read(ref connections);

    public static TestApplication Start(IPEndPoint address, Func<Socket, Task> serve) => new(address, serve);

    public async Task WhenConnectedAsync(int count)
    {
        using var patience = new CancellationTokenSource(RecordLog.Patience);
        while (Connections < count)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>Sends every byte back, and its end when the client has ended.</summary>
    public static async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) is var count and > 0)
            await SendAllAsync(socket, buffer.AsMemory(0, count));
        socket.Shutdown(SocketShutdown.Send);
    }

    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) is var count and > 0)
            bytes.Write(buffer, 0, count);
        return bytes.ToArray();
    }

    public static async Task SendAllAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        foreach (var socket in open.Keys)
            socket.Dispose();
        await Task.WhenAll(served);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync();
                Interlocked.Increment(ref connections);
                open[socket] = true;
                served.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await serve(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection was reset: a client's right.
        }
        finally
        {
            open.TryRemove(socket, out _);
            socket.Dispose();
        }
    }
}
