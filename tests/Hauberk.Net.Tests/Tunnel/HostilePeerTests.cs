using System.Buffers.Binary;
using System.Text;
using Hauberk.Net.Channels;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>Whoever has a certificate of the mesh may still be compromised: each misuse ends with the error that HTTP/2 has for it.</summary>
public sealed class HostilePeerTests : TunnelTest
{
    [Fact]
    public async Task A_minimal_foreign_client_is_served()
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync(EchoAsync);
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.SendConnect(1, "10.0.0.1:80");
            peer.Send(FrameType.Data, FrameFlags.EndStream, 1, "hello"u8.ToArray());
        });
        await UntilAsync(() => peer.Received.Any(frame => frame.Header is { Type: FrameType.Data, StreamId: 1 } && frame.Header.Has(FrameFlags.EndStream)), "the end");
        Assert.Equal(200, peer.StatusOf(1));
        Assert.Equal("10.0.0.1:80 hello", string.Concat(peer.Received.Where(frame => frame.Header.Type == FrameType.Data).Select(frame => Encoding.ASCII.GetString(frame.Payload))));
    }

    [Theory, InlineData(400), InlineData(401), InlineData(503)]
    public async Task A_refusal_reaches_the_client_with_its_status(int status)
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(request =>
        {
            request.Refuse(status);
            return Task.CompletedTask;
        });
        await BeginAsync(peer);
        await UntilAsync(() => peer.StatusOf(1) == status, "the status");
        Assert.True(await OnLoop(() => tunnel.StreamCount == 0 && peer.GoAway is null));
    }

    [Fact]
    public async Task What_is_no_plain_CONNECT_is_not_served()
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync(_ => throw new InvalidOperationException("served"));
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            // GET / over http
            peer.Send(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, 1, [0x82, 0x84, 0x86, 0x41, 1, (byte)'a']);
            // CONNECT without an authority
            peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 3, [0x02, 7, .. "CONNECT"u8]);
        });
        await UntilAsync(() => peer.StatusOf(1) == 400 && peer.ResetOf(3) == Http2Error.Protocol, "both refused");
    }

    [Fact]
    public Task Who_does_not_speak_HTTP_2_is_told_so() => ExpectGoAwayAsync(Http2Error.Protocol, peer => peer.SendRaw("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8));

    [Fact]
    public Task A_frame_before_SETTINGS_is_a_protocol_error() => ExpectGoAwayAsync(Http2Error.Protocol, peer =>
    {
        peer.SendRaw(Preface.Client);
        peer.SendConnect(1, "a:1");
    });

    [Fact]
    public Task Settings_out_of_range_are_refused() => ExpectGoAwayAsync(Http2Error.FlowControl, peer =>
    {
        peer.SendRaw(Preface.Client);
        peer.Send(FrameType.Settings, FrameFlags.None, 0, [0, 4, 0x80, 0, 0, 0]);
    });

    [Fact]
    public Task A_flood_of_pings_is_stopped() => ExpectFloodStoppedAsync(peer => peer.Send(FrameType.Ping, FrameFlags.None, 0, new byte[8]));

    [Fact]
    public Task A_flood_of_settings_is_stopped() => ExpectFloodStoppedAsync(peer => peer.Send(FrameType.Settings, FrameFlags.None, 0, []));

    [Fact]
    public Task A_flood_of_unknown_frames_is_stopped() => ExpectFloodStoppedAsync(peer => peer.Send((FrameType)99, FrameFlags.None, 0, []));

    [Fact]
    public async Task Rapid_resets_are_stopped()
    {
        int served = 0;
        (ScriptedPeer peer, _) = await ScriptClientAsync(async _ =>
        {
            served++;
            await Task.Yield();
        });
        await OnLoop(peer.SendClientPreface);
        int id = 1;
        await UntilAsync(() =>
        {
            for (int i = 0; i < 50; i++, id += 2)
            {
                peer.SendConnect(id, "a:1");
                peer.Send(FrameType.ResetStream, FrameFlags.None, id, [0, 0, 0, 8]);
            }
            return peer.GoAway == Http2Error.EnhanceYourCalm || peer.HasEnded;
        }, "the flood stopped");
        Assert.Equal(Http2Error.EnhanceYourCalm, peer.GoAway);
        Assert.InRange(await OnLoop(() => served), 1, 10_000);
    }

    [Fact]
    public async Task More_streams_than_allowed_are_turned_away()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(options: new TunnelOptions { MaxStreams = 3 });
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            for (int id = 1; id <= 9; id += 2) peer.SendConnect(id, "a:1");
        });
        await UntilAsync(() => peer.ResetOf(7) == Http2Error.RefusedStream && peer.ResetOf(9) == Http2Error.RefusedStream, "both refused");
        Assert.Equal(3, await OnLoop(() => tunnel.StreamCount));
    }

    [Fact]
    public async Task A_stream_that_overruns_its_window_is_reset_and_the_others_go_on()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(options: new TunnelOptions { StreamWindowBytes = 64 * 1024 });
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.SendConnect(1, "a:1");
            peer.SendConnect(3, "a:1");
            for (int i = 0; i < 5; i++) peer.Send(FrameType.Data, FrameFlags.None, 1, new byte[16 * 1024]);
        });
        await UntilAsync(() => peer.ResetOf(1) == Http2Error.FlowControl, "the reset");
        Assert.Equal(1, await OnLoop(() => tunnel.StreamCount));
    }

    [Fact]
    public async Task Arbitrary_frames_harm_nobody()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync();
            await BeginAsync(peer);
            await OnLoop(() =>
            {
                for (int i = 0; i < 200; i++)
                {
                    var payload = new byte[random.Next(12)];
                    random.NextBytes(payload);
                    peer.Send((FrameType)random.Next(11), (FrameFlags)random.Next(64), random.Next(8), payload);
                }
            });
            await UntilAsync(() => peer.GoAway is not null || peer.HasEnded, $"the end with seed {seed}");
            await InTime(tunnel.Completion);
        }
    }

    [Fact]
    public Task A_window_that_overflows_ends_the_connection() => ExpectGoAwayAsync(Http2Error.FlowControl, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.WindowUpdate, FrameFlags.None, 0, [0x7F, 0xFF, 0xFF, 0xFF]);
    });

    [Theory, InlineData(0x7FFFFFFF, Http2Error.FlowControl), InlineData(0, Http2Error.Protocol)]
    public async Task A_window_update_against_the_rules_resets_its_stream(int bytes, object expected)
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync();
        var payload = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        await BeginAsync(peer);
        await OnLoop(() => peer.Send(FrameType.WindowUpdate, FrameFlags.None, 1, payload));
        await UntilAsync(() => peer.ResetOf(1) == (Http2Error)expected, "the reset");
        Assert.Null(await OnLoop(() => peer.GoAway));
    }

    [Fact]
    public Task Headers_that_are_too_large_end_the_connection() => ExpectGoAwayAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        byte[] large = [0, 1, (byte)'a', 0x7F, 0x81, 0x7F, .. new byte[16 * 1024]];
        peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 1, [.. large, .. large]);
    });

    [Fact]
    public Task Continuations_without_end_are_stopped() => ExpectGoAwayAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Headers, FrameFlags.None, 1, []);
        for (int i = 0; i < 20; i++) peer.Send(FrameType.Continuation, FrameFlags.None, 1, []);
    });

    [Fact]
    public Task A_frame_between_the_parts_of_headers_is_a_protocol_error() => ExpectGoAwayAsync(Http2Error.Protocol, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Headers, FrameFlags.None, 1, []);
        peer.Send(FrameType.Ping, FrameFlags.None, 0, new byte[8]);
    });

    [Fact]
    public Task Headers_that_do_not_decode_end_the_connection() => ExpectGoAwayAsync(Http2Error.Compression, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 1, [0x80]);
    });

    [Fact]
    public Task Data_for_a_stream_that_nobody_opened_is_a_protocol_error() => ExpectGoAwayAsync(Http2Error.Protocol, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Data, FrameFlags.None, 5, [1]);
    });

    [Fact]
    public Task A_stream_number_of_the_servers_is_a_protocol_error() => ExpectGoAwayAsync(Http2Error.Protocol, peer =>
    {
        peer.SendClientPreface();
        peer.SendConnect(2, "a:1");
    });

    [Fact]
    public async Task Data_after_the_end_resets_the_stream()
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync();
        await BeginAsync(peer);
        await OnLoop(() =>
        {
            peer.Send(FrameType.Data, FrameFlags.EndStream, 1, [1]);
            peer.Send(FrameType.Data, FrameFlags.None, 1, [2]);
        });
        await UntilAsync(() => peer.ResetOf(1) == Http2Error.StreamClosed, "the reset");
    }

    [Fact]
    public Task A_client_that_says_nothing_is_let_go() =>
        ExpectGoAwayAsync(Http2Error.SettingsTimeout, _ => { }, new TunnelOptions { PingIntervalMs = 20, FrameTimeoutMs = 50 });

    [Fact]
    public Task A_frame_whose_rest_does_not_come_ends_the_connection() => ExpectGoAwayAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        peer.SendRaw([0, 0, 100, (byte)FrameType.Headers, 4, 0, 0, 0, 1, 0x82]);
    }, new TunnelOptions { PingIntervalMs = 20, FrameTimeoutMs = 1_000 });

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

    private static async Task EchoAsync(TunnelRequest request)
    {
        TunnelChannel stream = request.Accept();
        stream.Write(Encoding.ASCII.GetBytes(request.Authority + " "));
        var buffer = new byte[100];
        ChannelReadState state;
        do
        {
            int count = stream.Read(buffer, out state);
            stream.Write(buffer.AsSpan(0, count));
            await Task.Delay(1);
        }
        while (state != ChannelReadState.Ended);
        stream.ShutdownWrite();
    }

    private Task BeginAsync(ScriptedPeer peer) => OnLoop(() =>
    {
        peer.SendClientPreface();
        peer.SendConnect(1, "a:1");
    });

    private async Task ExpectGoAwayAsync(Http2Error expected, Action<ScriptedPeer> misuse, TunnelOptions? options = null)
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(options: options);
        await OnLoop(() => misuse(peer));
        await UntilAsync(() => peer.GoAway is not null && peer.HasEnded, "the end");
        Assert.Equal(expected, peer.GoAway);
        await InTime(tunnel.Completion);
        Assert.Equal(ChannelProblemKind.TunnelProtocol, tunnel.Problem!.Kind);
    }

    private Task ExpectFloodStoppedAsync(Action<ScriptedPeer> send) => ExpectGoAwayAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        for (int i = 0; i < 2_000; i++) send(peer);
    });
}
