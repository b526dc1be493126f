using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>A server with a certificate of the mesh that misuses those who connect to it.</summary>
public sealed class HostileServerTests : HostilePeerTest
{
    [Fact]
    public async Task A_server_that_does_not_answer_pings_is_given_up()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptServerAsync(new TunnelOptions { PingIntervalMs = 20, PingTimeoutMs = 40 });
        await OnLoop(() => peer.Send(FrameType.Settings, FrameFlags.None, 0, []));
        TunnelOpening opening = await InTime(Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.Never)));
        Assert.Equal((ChannelProblemKind.TimedOut, true), (opening.Problem!.Kind, opening.CanRetry));
        Assert.Contains(peer.Received, frame => frame.Header.Type == FrameType.Ping);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_a_CONNECT_is_waited_for_within_bounds()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptServerAsync();
        TunnelOpening opening = await InTime(Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.After(50))));
        Assert.Equal((ChannelProblemKind.TimedOut, false), (opening.Problem!.Kind, opening.CanRetry));
        await UntilAsync(() => peer.ResetOf(1) == Http2Error.Cancel, "the cancellation");
    }

    [Fact]
    public async Task A_stream_that_the_leaving_server_did_not_take_can_be_tried_elsewhere()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptServerAsync();
        Task<TunnelOpening> first = Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.Never));
        Task<TunnelOpening> second = Loop.RunAsync(() => tunnel.OpenAsync("b:1", Deadline.Never));
        await UntilAsync(() => peer.Received.Count(frame => frame.Header.Type == FrameType.Headers) == 2, "both requests");
        await OnLoop(() =>
        {
            peer.Send(FrameType.Settings, FrameFlags.None, 0, []);
            peer.Send(FrameType.GoAway, FrameFlags.None, 0, [0, 0, 0, 1, 0, 0, 0, 0]);
            peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 1, [0x88]);
        });
        Assert.True((await InTime(second)).CanRetry);
        TunnelOpening taken = await InTime(first);
        Assert.True(taken.IsOpen);
        await OnLoop(taken.Stream.Abort);
    }

    [Fact]
    public async Task A_stream_waits_for_the_window_that_its_peer_gives()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptServerAsync();
        await OnLoop(() => peer.Send(FrameType.Settings, FrameFlags.None, 0, [0, 4, 0, 0, 0, 10]));
        Task<TunnelOpening> opening = Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.Never));
        await UntilAsync(() => peer.Received.Any(frame => frame.Header is { Type: FrameType.Settings } && frame.Header.IsAck), "the settings taken");
        await OnLoop(() => peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 1, [0x88]));
        TunnelChannel stream = (await InTime(opening)).Stream!;
        Assert.Equal(ChannelWriteState.Held, await OnLoop(() => stream.Write(new byte[25])));
        await OnLoop(stream.ShutdownWrite);
        await UntilAsync(() => peer.DataBytesOf(1) == 10, "the window's worth");
        await OnLoop(() => peer.Send(FrameType.WindowUpdate, FrameFlags.None, 1, [0, 0, 0, 10]));
        await UntilAsync(() => peer.DataBytesOf(1) == 20, "the next ten");
        await OnLoop(() => peer.Send(FrameType.Settings, FrameFlags.None, 0, [0, 4, 0, 0, 1, 0]));
        await UntilAsync(() => peer.DataBytesOf(1) == 25, "the rest");
        await UntilAsync(() => peer.Received[^1].Header.Has(FrameFlags.EndStream), "the end");
        Assert.False(await OnLoop(() => stream.HasHeldOutput));
        await OnLoop(stream.Abort);
    }

    [Theory]
    [InlineData("no HTTP/2", FrameType.Settings, FrameFlags.EndStream, 0, "", Http2Error.Protocol)]
    [InlineData("HEADERS first", FrameType.Headers, FrameFlags.EndHeaders, 1, "88", Http2Error.Protocol)]
    [InlineData("push enabled by the server", FrameType.Settings, FrameFlags.None, 0, "000200000001", Http2Error.Protocol)]
    [InlineData("a window beyond 31 bits", FrameType.Settings, FrameFlags.None, 0, "0004FFFFFFFF", Http2Error.FlowControl)]
    public Task A_bad_beginning_ends_the_connection(string what, object type, object flags, int streamId, string payload, object expected)
    {
        Assert.NotEmpty(what);
        return ExpectClientFailsAsync((Http2Error)expected, peer => peer.Send((FrameType)type, (FrameFlags)flags, streamId, Convert.FromHexString(payload)));
    }

    [Theory]
    [InlineData("a push", FrameType.PushPromise, FrameFlags.EndHeaders, 1, "0000000282", Http2Error.Protocol)]
    [InlineData("a stream of the server's", FrameType.Headers, FrameFlags.EndHeaders, 2, "88", Http2Error.Protocol)]
    [InlineData("an answer that nobody asked for", FrameType.Headers, FrameFlags.EndHeaders, 9, "88", Http2Error.Protocol)]
    [InlineData("data that nobody asked for", FrameType.Data, FrameFlags.None, 9, "00", Http2Error.Protocol)]
    [InlineData("the reset of what is not there", FrameType.ResetStream, FrameFlags.None, 9, "00000008", Http2Error.Protocol)]
    [InlineData("a window that overflows", FrameType.WindowUpdate, FrameFlags.None, 0, "7FFFFFFF", Http2Error.FlowControl)]
    [InlineData("an answer that does not decode", FrameType.Headers, FrameFlags.EndHeaders, 1, "BE", Http2Error.Compression)]
    public Task A_frame_against_the_rules_ends_the_connection(string what, object type, object flags, int streamId, string payload, object expected)
    {
        Assert.NotEmpty(what);
        return ExpectClientFailsAsync((Http2Error)expected, peer =>
        {
            peer.SendServerPreface();
            peer.Send((FrameType)type, (FrameFlags)flags, streamId, Convert.FromHexString(payload));
        });
    }

    [Fact]
    public Task A_server_that_speaks_HTTP_1_is_told() => ExpectClientFailsAsync(Http2Error.FrameSize, peer => peer.SendRaw("HTTP/1.1 400 Bad Request\r\n\r\n"u8));

    [Fact]
    public Task A_server_that_says_nothing_is_left() =>
        ExpectClientFailsAsync(Http2Error.SettingsTimeout, _ => { }, new TunnelOptions { PingIntervalMs = 20, FrameTimeoutMs = 50 });

    [Theory, InlineData("100"), InlineData("103")]
    public Task A_flood_of_interim_answers_is_stopped(string status) =>
        ExpectAnswerFloodStoppedAsync(peer => peer.SendHeaders(1, FrameFlags.EndHeaders, (":status", status)));

    [Fact]
    public Task A_flood_of_pings_is_stopped() => ExpectAnswerFloodStoppedAsync(peer => peer.Send(FrameType.Ping, FrameFlags.None, 0, new byte[8]));

    [Fact]
    public Task A_flood_of_settings_is_stopped() => ExpectAnswerFloodStoppedAsync(peer => peer.Send(FrameType.Settings, FrameFlags.None, 0, [0, 4, 0, 0, 0, 9]));

    [Fact]
    public Task An_answer_that_unfolds_without_bound_is_stopped() => ExpectClientFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendServerPreface();
        byte[] remembered = [0x88, 0x40, 1, (byte)'a', 0x7F, 0xB9, 0x16, .. new byte[3000]];
        peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 1, [.. remembered, .. Enumerable.Repeat((byte)0xBE, 8000)]);
    });

    [Theory]
    [InlineData(FrameFlags.EndHeaders, ":status=101")]
    [InlineData(FrameFlags.EndHeaders | FrameFlags.EndStream, ":status=100")]
    [InlineData(FrameFlags.EndHeaders, ":status=20")]
    [InlineData(FrameFlags.EndHeaders, ":status=099")]
    [InlineData(FrameFlags.EndHeaders, ":status=+20")]
    [InlineData(FrameFlags.EndHeaders, "x=y")]
    [InlineData(FrameFlags.EndHeaders, ":status=200", ":status=200")]
    [InlineData(FrameFlags.EndHeaders, "x=y", ":status=200")]
    public async Task A_malformed_answer_opens_nothing(object flags, params string[] fields)
    {
        (ScriptedPeer peer, TunnelConnection tunnel, Task<TunnelOpening> opening) = await AskAsync();
        await OnLoop(() => peer.SendHeaders(1, (FrameFlags)flags, [.. fields.Select(Field)]));
        TunnelOpening outcome = await InTime(opening);
        Assert.Equal((false, 0, false), (outcome.IsOpen, outcome.Status, outcome.CanRetry));
        await UntilAsync(() => peer.ResetOf(1) == Http2Error.Protocol && tunnel.CanOpen, "the reset");
    }

    [Fact]
    public async Task Data_before_the_answer_opens_nothing()
    {
        (ScriptedPeer peer, TunnelConnection tunnel, Task<TunnelOpening> opening) = await AskAsync();
        await OnLoop(() => peer.Send(FrameType.Data, FrameFlags.None, 1, [1]));
        Assert.False((await InTime(opening)).IsOpen);
        await UntilAsync(() => peer.ResetOf(1) == Http2Error.Protocol && tunnel.CanOpen, "the reset");
    }

    [Fact]
    public async Task A_second_answer_resets_the_stream()
    {
        (ScriptedPeer peer, _, Task<TunnelOpening> opening) = await AskAsync();
        await OnLoop(() =>
        {
            peer.SendHeaders(1, FrameFlags.EndHeaders, (":status", "103"));
            peer.SendHeaders(1, FrameFlags.EndHeaders, (":status", "200"));
        });
        Assert.True((await InTime(opening)).IsOpen);
        await OnLoop(() => peer.SendHeaders(1, FrameFlags.EndHeaders, (":status", "200")));
        await UntilAsync(() => peer.ResetOf(1) == Http2Error.Protocol, "the reset");
    }

    [Theory, InlineData(7, true), InlineData(8, false), InlineData(2, false)]
    public async Task A_reset_before_the_answer_tells_whether_to_try_elsewhere(byte error, bool canRetry)
    {
        (ScriptedPeer peer, _, Task<TunnelOpening> opening) = await AskAsync();
        await OnLoop(() => peer.Send(FrameType.ResetStream, FrameFlags.None, 1, [0, 0, 0, error]));
        TunnelOpening outcome = await InTime(opening);
        Assert.Equal((false, canRetry), (outcome.IsOpen, outcome.CanRetry));
    }

    [Fact]
    public async Task A_server_that_ends_without_a_word_leaves_a_request_to_be_tried_elsewhere()
    {
        (ScriptedPeer peer, TunnelConnection tunnel, Task<TunnelOpening> opening) = await AskAsync();
        await OnLoop(peer.End);
        Assert.True((await InTime(opening)).CanRetry);
        await InTime(tunnel.Completion);
    }

    [Fact]
    public async Task Goodbyes_that_change_their_mind_do_no_harm()
    {
        (ScriptedPeer peer, TunnelConnection tunnel, Task<TunnelOpening> opening) = await AskAsync();
        await OnLoop(() =>
        {
            peer.SendHeaders(1, FrameFlags.EndHeaders, (":status", "200"));
            peer.Send(FrameType.GoAway, FrameFlags.None, 0, [0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
            peer.Send(FrameType.GoAway, FrameFlags.None, 0, [0, 0, 0, 1, 0, 0, 0, 0]);
            peer.Send(FrameType.GoAway, FrameFlags.None, 0, [0, 0, 0, 9, 0, 0, 0, 0]);
        });
        TunnelChannel stream = (await InTime(opening)).Stream!;
        Assert.False(await OnLoop(() => tunnel.CanOpen));
        await OnLoop(() => peer.Send(FrameType.GoAway, FrameFlags.None, 0, new byte[8]));
        await UntilAsync(() => stream.IsBroken, "the stream that it gives up after all");
        await InTime(tunnel.Completion);
        Assert.Null(tunnel.Problem);
    }

    [Fact]
    public async Task A_server_that_allows_no_streams_gets_none()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptServerAsync();
        await OnLoop(() => peer.Send(FrameType.Settings, FrameFlags.None, 0, [0, 3, 0, 0, 0, 0]));
        await UntilAsync(() => !tunnel.CanOpen, "the settings taken");
        TunnelOpening outcome = await Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.Never));
        Assert.Equal((false, true), (outcome.IsOpen, outcome.CanRetry));
        Assert.DoesNotContain(await OnLoop(() => peer.Received.ToArray()), frame => frame.Header.Type == FrameType.Headers);
    }

    [Fact]
    public async Task A_request_that_no_server_would_take_is_not_begun()
    {
        (_, TunnelConnection tunnel) = await ScriptServerAsync();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Loop.RunAsync(() => tunnel.OpenAsync(new string('a', 257), Deadline.Never)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.Never, new string('n', 256))));
        Assert.Equal(0, await OnLoop(() => tunnel.StreamCount));
    }

    private async Task<(ScriptedPeer Peer, TunnelConnection Tunnel, Task<TunnelOpening> Opening)> AskAsync()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptServerAsync();
        Task<TunnelOpening> opening = Loop.RunAsync(() => tunnel.OpenAsync("a:1", Deadline.Never));
        await OnLoop(peer.SendServerPreface);
        await UntilAsync(() => peer.Received.Any(frame => frame.Header.Type == FrameType.Headers), "the request");
        return (peer, tunnel, opening);
    }

    private Task ExpectAnswerFloodStoppedAsync(Action<ScriptedPeer> send) => ExpectClientFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendServerPreface();
        for (int i = 0; i < 2_000; i++) send(peer);
    });
}
