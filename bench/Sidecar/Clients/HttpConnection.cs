using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hauberk.Sidecar.Benchmarks.Clients;

/// <summary>A keep-alive connection to the application. Its calls block: a thread pool between would show in what is measured.</summary>
internal sealed class HttpConnection(IPEndPoint target) : IDisposable
{
    private static readonly byte[] s_small = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_bulk = "GET /bulk HTTP/1.1\r\nHost: bench\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[4096];

    public void Connect() => _socket.Connect(target);

    /// <summary>The small answer, whole.</summary>
    /// <exception cref="IOException">The connection ended before.</exception>
    public void Get()
    {
        _socket.Send(s_small);
        var (received, expected) = (0, int.MaxValue);
        while (received < expected)
        {
            received += Receive(received);
            if (expected == int.MaxValue) expected = LengthOf(_buffer.AsSpan(0, received));
        }
    }

    /// <summary>Asks for the large file and reads its first byte.</summary>
    public void BeginBulk()
    {
        _socket.Send(s_bulk);
        Receive(0);
    }

    public void Dispose() => _socket.Dispose();

    private int Receive(int at)
    {
        var count = _socket.Receive(_buffer.AsSpan(at));
        return count > 0 ? count : throw new IOException("the connection ended within an answer");
    }

    /// <summary>Header and body together, once the header is whole.</summary>
    private static int LengthOf(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0) return int.MaxValue;
        var header = Encoding.ASCII.GetString(answer[..end]).Split("\r\n");
        var length = header.Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return end + 4 + (int)Numbers.Parse(length.Split(':')[1]);
    }
}
