using System.Net;
using System.Net.Sockets;

namespace Hauberk.EndToEnd.Tests.LongLife;

/// <summary>A connection that is kept, from the client to a <see cref="MeshedServer"/>.</summary>
internal sealed class HttpSocket(Socket socket)
{
    /// <summary>Of the small answer's body.</summary>
    public const int AnswerBytes = 1024;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] small = "GET / HTTP/1.1\r\nHost: life\r\n\r\n"u8.ToArray();
    private static readonly byte[] last = "GET / HTTP/1.1\r\nHost: life\r\nConnection: close\r\n\r\n"u8.ToArray();
    private static readonly byte[] bulk = "GET /bulk HTTP/1.1\r\nHost: life\r\n\r\n"u8.ToArray();

    public Task ConnectAsync(IPEndPoint target) => socket.ConnectAsync(target).WaitAsync(patience);

    /// <summary>Asks for the small answer and reads it whole; the last is followed by the server's end.</summary>
    /// <exception cref="IOException">The connection ended before.</exception>
    /// <exception cref="SocketException">It was reset.</exception>
    public async Task AskAsync(bool isLast = false)
    {
        var answer = new byte[AnswerBytes + 512];
        await socket.SendAsync(isLast ? last : small);
        for (var got = 0; !IsWhole(answer.AsSpan(0, got));) got += await ReceiveAsync(answer.AsMemory(got));
        if (isLast) Assert.Equal(0, await socket.ReceiveAsync(answer).WaitAsync(patience));
    }

    /// <summary>Asks for the large answer and reads its first byte.</summary>
    public async Task BeginBulkAsync()
    {
        await socket.SendAsync(bulk);
        await ReceiveAsync(new byte[1]);
    }

    /// <summary>Reads what <see cref="BeginBulkAsync"/> left, to the last byte.</summary>
    public async Task ReadBulkAsync()
    {
        var buffer = new byte[256 * 1024];
        var left = -1L;
        for (var header = new MemoryStream(); left < 0;)
        {
            header.Write(buffer, 0, await ReceiveAsync(buffer));
            if (EndOfHeader(header.GetBuffer().AsSpan(0, (int)header.Length)) is >= 0 and var end) left = MeshedServer.BulkBytes - (header.Length - end);
        }
        while (left > 0) left -= await ReceiveAsync(buffer);
        Assert.Equal(0, left);
    }

    public void End() => socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer) => EndOfHeader(answer) is >= 0 and var end && answer.Length == end + AnswerBytes;

    /// <summary>-1: it has not come.</summary>
    private static int EndOfHeader(ReadOnlySpan<byte> answer) => answer.IndexOf("\r\n\r\n"u8) is >= 0 and var at ? at + 4 : -1;

    private async Task<int> ReceiveAsync(Memory<byte> buffer)
    {
        var count = await socket.ReceiveAsync(buffer).AsTask().WaitAsync(patience);
        return count > 0 ? count : throw new IOException("the connection ended within an answer");
    }
}
