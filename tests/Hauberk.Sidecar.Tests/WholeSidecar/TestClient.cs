using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>An unmodified program that calls others.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Socket Socket => socket;

    /// <param name="from">The address to call from; null: as the system chooses, 127.0.0.1.</param>
    public static async Task<TestClient> ConnectAsync(IPEndPoint address, IPAddress? from = null)
    {
        var client = new TestClient();
        if (from is not null)
            client.socket.Bind(new IPEndPoint(from, 0));
        await client.socket.ConnectAsync(address).WaitAsync(RecordLog.Patience);
        return client;
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await TestApplication.SendAllAsync(socket, bytes).WaitAsync(RecordLog.Patience);

    public void End() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends with a reset.</summary>
    public void Reset() => socket.Close(0);

    /// <summary>Exactly this many bytes; fewer if the server ends.</summary>
    public async Task<byte[]> ReadAsync(int length)
    {
        var bytes = new byte[length];
        var count = 0;
        while (count < length && await socket.ReceiveAsync(bytes.AsMemory(count)).AsTask().WaitAsync(RecordLog.Patience) is var more and > 0)
            count += more;
        return bytes[..count];
    }

    public async Task<string> ExchangeAsync(string text)
    {
        await SendAsync(text);
        return Encoding.UTF8.GetString(await ReadAsync(Encoding.UTF8.GetByteCount(text)));
    }

    /// <summary>Whether a connection that sends these bytes is reset, however early.</summary>
    public static async Task<bool> IsResetAsync(IPEndPoint address, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var client = await ConnectAsync(address);
            await client.SendAsync(bytes);
            return await client.IsResetAsync();
        }
        catch (SocketException e) when (IsReset(e))
        {
            return true;
        }
    }

    /// <summary>How the connection ended: a reset, or an orderly end.</summary>
    public async Task<bool> IsResetAsync()
    {
        try
        {
            while (await socket.ReceiveAsync(new byte[4096]).WaitAsync(RecordLog.Patience) > 0)
            {
            }
            return false;
        }
        catch (SocketException e) when (IsReset(e))
        {
            return true;
        }
    }

    private static bool IsReset(SocketException e) =>
        e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown;

    public void Dispose() => socket.Dispose();
}
