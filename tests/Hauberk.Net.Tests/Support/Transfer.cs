using System.Net;
using System.Net.Sockets;

namespace Hauberk.Net.Tests.Support;

/// <summary>Applications that move bytes which can be told from any others.</summary>
internal static class Transfer
{
    /// <summary>Sends that many bytes of the seed's pattern, and ends the side.</summary>
    public static void Send(Socket socket, int bytes, int seed)
    {
        byte[] pattern = Pattern(seed);
        for (int at = 0; at < bytes;)
            at += socket.Send(pattern, at % pattern.Length, Math.Min(pattern.Length - (at % pattern.Length), bytes - at), SocketFlags.None);
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Reads to the end: exactly that many bytes of the seed's pattern.</summary>
    public static void Receive(Socket socket, int bytes, int seed)
    {
        byte[] pattern = Pattern(seed);
        var buffer = new byte[256 * 1024];
        int got = 0;
        while (socket.Receive(buffer) is > 0 and int count)
        {
            for (int i = 0; i < count;)
            {
                int place = (got + i) % pattern.Length;
                int run = Math.Min(count - i, pattern.Length - place);
                Assert.True(buffer.AsSpan(i, run).SequenceEqual(pattern.AsSpan(place, run)), $"other bytes near {got + i}");
                i += run;
            }
            got += count;
        }
        Assert.Equal(bytes, got);
    }

    /// <summary>One connection: a question, its end, the same back, the end.</summary>
    public static async Task AskAsync(IPEndPoint server)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        await socket.SendAsync("hello"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);
        var answer = new byte[16];
        int got = 0;
        while (await socket.ReceiveAsync(answer.AsMemory(got)) is > 0 and int more) got += more;
        Assert.Equal("hello"u8.ToArray(), answer[..got]);
    }

    /// <summary>Many of them, some at once.</summary>
    public static Task AskAsync(IPEndPoint server, int connections, int atOnce, Action onAnswer)
    {
        int next = 0;
        return Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) <= connections)
            {
                await AskAsync(server);
                onAnswer();
            }
        })));
    }

    /// <summary>Gives back to all who connect what they send, until the listener is closed.</summary>
    public static async Task EchoAllAsync(Socket listener)
    {
        try
        {
            while (true) _ = EchoAsync(await listener.AcceptAsync());
        }
        catch (SocketException)
        {
            // The listener is closed: the test is over.
        }
    }

    private static async Task EchoAsync(Socket socket)
    {
        using (socket)
        {
            var buffer = new byte[64 * 1024];
            while (await socket.ReceiveAsync(buffer) is > 0 and int count)
                for (int sent = 0; sent < count;) sent += await socket.SendAsync(buffer.AsMemory(sent, count - sent));
        }
    }

    // A length that no frame, record or window divides.
    private static byte[] Pattern(int seed)
    {
        var pattern = new byte[1_000_003];
        new Random(seed).NextBytes(pattern);
        return pattern;
    }
}
