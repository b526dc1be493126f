using System.Net.Sockets;
using System.Text;
using CsCheck;
using Hauberk.Net.Channels;
using Hauberk.Net.Detection;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tests.Support;

namespace Hauberk.Net.Tests.Detection;

public sealed class ProtocolDetectorTests : LoopTest
{
    private static readonly DetectionOptions WithHttp = new() { DetectHttp = true };

    [Theory]
    [InlineData("GET /a?b HTTP/1.1\r\n", DetectedKind.Plaintext, HttpHint.Http1)]
    [InlineData("PROPFIND * HTTP/1.0", DetectedKind.Plaintext, HttpHint.Http1)]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", DetectedKind.Plaintext, HttpHint.Http2)]
    [InlineData("PING\r\n", DetectedKind.Plaintext, HttpHint.None)]
    [InlineData("SET key value\r\n", DetectedKind.Plaintext, HttpHint.None)]
    [InlineData("*1\r\n$4\r\nPING\r\n", DetectedKind.Plaintext, HttpHint.None)]
    [InlineData("\0\0\0\u0008\u0004\u00d2\u0016\u002f", DetectedKind.Plaintext, HttpHint.None)]
    [InlineData("\u0016\u0003\u0001\0\u0004\u0002\0\0\0", DetectedKind.MalformedTls, HttpHint.None)]
    public async Task First_bytes_tell_what_it_is(string bytes, DetectedKind kind, HttpHint hint)
    {
        DetectedProtocol detected = await DetectAsync(socket => socket.Send(Encoding.Latin1.GetBytes(bytes)), WithHttp, PatienceMs);
        Assert.Equal((kind, hint), (detected.Kind, detected.HttpHint));
    }

    [Fact]
    public async Task Without_interest_in_http_the_first_byte_decides()
    {
        DetectedProtocol detected = await DetectAsync(socket => socket.Send("G"u8), new DetectionOptions(), PatienceMs);
        Assert.Equal((DetectedKind.Plaintext, HttpHint.None), (detected.Kind, detected.HttpHint));
    }

    [Fact]
    public async Task Bytes_that_come_one_by_one_are_waited_for_and_left_in_place()
    {
        const string request = "GET / HTTP/1.1\r\n";
        string afterwards = "";
        DetectedProtocol detected = await DetectAsync(
            socket =>
            {
                foreach (char letter in request)
                {
                    socket.Send([(byte)letter]);
                    Loop.RunAsync(() => Task.CompletedTask).Wait(Patience, TestContext.Current.CancellationToken);
                }
            },
            WithHttp,
            PatienceMs,
            async connection =>
            {
                ChannelProbe probe = ChannelProbe.Attach(new PlainChannel(connection));
                while (probe.Text.Length < request.Length) await Task.Yield();
                afterwards = probe.Text;
            });
        Assert.Equal(HttpHint.Http1, detected.HttpHint);
        Assert.Equal(request, afterwards);
    }

    [Fact]
    public async Task A_client_that_waits_for_the_server_is_silent()
    {
        DetectedProtocol detected = await DetectAsync(_ => { }, WithHttp, 30);
        Assert.Equal(DetectedKind.Silent, detected.Kind);
    }

    [Theory]
    [InlineData("GET", DetectedKind.Plaintext)]
    [InlineData("\u0016\u0003", DetectedKind.MalformedTls)]
    public async Task An_unfinished_beginning_is_judged_at_the_deadline(string bytes, DetectedKind kind)
    {
        DetectedProtocol detected = await DetectAsync(socket => socket.Send(Encoding.Latin1.GetBytes(bytes)), WithHttp, 50);
        Assert.Equal(kind, detected.Kind);
    }

    [Theory]
    [InlineData("GET", DetectedKind.Plaintext)]
    [InlineData("\u0016\u0003", DetectedKind.MalformedTls)]
    [InlineData("", DetectedKind.Ended)]
    public async Task An_unfinished_beginning_is_judged_at_the_end(string bytes, DetectedKind kind)
    {
        DetectedProtocol detected = await DetectAsync(
            socket =>
            {
                socket.Send(Encoding.Latin1.GetBytes(bytes));
                socket.Shutdown(SocketShutdown.Send);
            },
            WithHttp,
            PatienceMs);
        Assert.Equal(kind, detected.Kind);
    }

    [Fact]
    public async Task A_reset_is_broken_and_no_end_for_who_reads_afterwards()
    {
        PeekState again = default;
        ChannelProbe? afterwards = null;
        DetectedProtocol detected = await DetectAsync(
            socket =>
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
            },
            WithHttp,
            PatienceMs,
            connection =>
            {
                connection.Peek(new byte[1], out again);
                afterwards = ChannelProbe.Attach(new PlainChannel(connection));
                return Task.CompletedTask;
            });
        Assert.Equal((DetectedKind.Broken, PeekState.Broken), (detected.Kind, again));
        Assert.Equal((ChannelReadState.Failed, ChannelProblemKind.Reset), (afterwards!.State, afterwards.Problem?.Kind));
    }

    [Fact]
    public async Task What_comes_before_an_urgent_byte_is_judged_without_waiting()
    {
        DetectedProtocol detected = await DetectAsync(
            socket =>
            {
                socket.Send("GE"u8);
                socket.Send("T"u8, SocketFlags.OutOfBand);
            },
            WithHttp,
            PatienceMs);
        Assert.Equal(DetectedKind.Plaintext, detected.Kind);
    }

    [Fact]
    public async Task No_more_than_the_bound_is_looked_at()
    {
        var options = new DetectionOptions { DetectHttp = true, MaxBytes = 64 };
        DetectedProtocol detected = await DetectAsync(socket => socket.Send(Encoding.ASCII.GetBytes("GET /" + new string('a', 100))), options, PatienceMs);
        Assert.Equal((DetectedKind.Plaintext, HttpHint.None), (detected.Kind, detected.HttpHint));
    }

    [Fact]
    public void A_hint_once_given_is_not_changed_by_more_bytes() => Gen.Byte.Array[1, 60].Sample(bytes =>
    {
        HttpHint? first = null;
        for (int length = 0; length <= bytes.Length; length++)
        {
            HttpHint? hint = HttpHintReader.Read(bytes.AsSpan(0, length));
            if (first is not null) Assert.Equal(first, hint);
            first ??= hint;
        }
    });

    private async Task<DetectedProtocol> DetectAsync(
        Action<Socket> client, DetectionOptions options, int timeoutMs, Func<TcpConnection, Task>? afterwards = null)
    {
        var outcome = new TaskCompletionSource<DetectedProtocol>(TaskCreationOptions.RunContinuationsAsynchronously);
        ListenerSocket listener = await ListenAsync(async connection =>
        {
            DetectedProtocol detected = await ProtocolDetector.DetectAsync(connection, options, Deadline.After(timeoutMs));
            if (afterwards is not null) await afterwards(connection);
            outcome.SetResult(detected);
        });
        client(Dial(listener.LocalEndPoint));
        return await InTime(outcome.Task);
    }
}
