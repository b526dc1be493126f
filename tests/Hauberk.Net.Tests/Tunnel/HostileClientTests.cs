using System.Buffers.Binary;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>Whoever has a certificate of the mesh may still be compromised: each misuse ends with the error that HTTP/2 has for it.</summary>
public sealed class HostileClientTests : HostilePeerTest
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
        Assert.Equal("10.0.0.1:80 hello", peer.TextOf(1));
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
    public async Task What_is_no_CONNECT_is_refused_with_a_status()
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync(_ => throw new InvalidOperationException("served"));
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.SendHeaders(1, FrameFlags.EndHeaders | FrameFlags.EndStream, (":method", "GET"), (":path", "/"), (":scheme", "http"), (":authority", "a"));
        });
        await UntilAsync(() => peer.StatusOf(1) == 400, "the refusal");
    }

    [Theory]
    [InlineData(":method=CONNECT")]
    [InlineData(":method=CONNECT", ":authority=")]
    [InlineData(":method=CONNECT", ":authority=a:1", ":path=/")]
    [InlineData(":method=CONNECT", ":authority=a:1", ":scheme=https")]
    [InlineData(":method=CONNECT", ":authority=a:1", ":protocol=websocket", ":path=/", ":scheme=https")]
    [InlineData(":method=CONNECT", ":authority=a:1", ":authority=b:1")]
    [InlineData(":method=CONNECT", ":method=CONNECT", ":authority=a:1")]
    [InlineData(":method=CONNECT", "via=x", ":authority=a:1")]
    [InlineData(":method=CONNECT", ":authority=a:1", "Via=x")]
    [InlineData(":method=CONNECT", ":authority=a:1\r\nhost: b")]
    [InlineData(":authority=a:1")]
    [InlineData(":status=200")]
    public async Task A_malformed_CONNECT_is_reset_unserved(params string[] fields)
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(_ => throw new InvalidOperationException("served"));
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.SendHeaders(1, FrameFlags.EndHeaders, [.. fields.Select(Field)]);
        });
        await UntilAsync(() => peer.ResetOf(1) == Http2Error.Protocol, "the reset");
        Assert.True(await OnLoop(() => tunnel.StreamCount == 0 && peer.GoAway is null));
    }

    [Fact]
    public async Task An_authority_beyond_all_measure_is_reset_unserved()
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync(_ => throw new InvalidOperationException("served"));
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.SendHeaders(1, FrameFlags.EndHeaders, (":method", "CONNECT"), (":authority", new string('a', 257)));
        });
        await UntilAsync(() => peer.ResetOf(1) == Http2Error.Protocol, "the reset");
    }

    [Fact]
    public async Task A_client_that_sends_byte_by_byte_is_served()
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync(EchoAsync);
        await OnLoop(() =>
        {
            peer.SendSplit = true;
            peer.SendClientPreface();
            peer.SendConnect(1, "a:1");
            peer.Send(FrameType.Data, FrameFlags.EndStream, 1, "slowly"u8.ToArray());
        });
        await UntilAsync(() => peer.TextOf(1) == "a:1 slowly", "the echo");
    }

    [Fact]
    public Task Who_does_not_speak_HTTP_2_is_told_so() => ExpectServerFailsAsync(Http2Error.Protocol, peer => peer.SendRaw("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8));

    [Fact]
    public Task A_frame_before_SETTINGS_is_a_protocol_error() => ExpectServerFailsAsync(Http2Error.Protocol, peer =>
    {
        peer.SendRaw(Preface.Client);
        peer.SendConnect(1, "a:1");
    });

    [Fact]
    public Task Settings_out_of_range_are_refused() => ExpectServerFailsAsync(Http2Error.FlowControl, peer =>
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
    public async Task A_stream_of_which_nobody_reads_is_reset_beyond_its_first_window_and_the_others_go_on()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync();
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
    public Task A_window_that_overflows_ends_the_connection() => ExpectServerFailsAsync(Http2Error.FlowControl, peer =>
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
    public Task Headers_that_are_too_large_end_the_connection() => ExpectServerFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        byte[] large = [0, 1, (byte)'a', 0x7F, 0x81, 0x7F, .. new byte[16 * 1024]];
        peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 1, [.. large, .. large]);
    });

    [Fact]
    public Task Continuations_without_end_are_stopped() => ExpectServerFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Headers, FrameFlags.None, 1, []);
        for (int i = 0; i < 20; i++) peer.Send(FrameType.Continuation, FrameFlags.None, 1, []);
    });

    [Fact]
    public Task A_frame_between_the_parts_of_headers_is_a_protocol_error() => ExpectServerFailsAsync(Http2Error.Protocol, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Headers, FrameFlags.None, 1, []);
        peer.Send(FrameType.Ping, FrameFlags.None, 0, new byte[8]);
    });

    [Fact]
    public Task Headers_that_do_not_decode_end_the_connection() => ExpectServerFailsAsync(Http2Error.Compression, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 1, [0x80]);
    });

    [Fact]
    public Task Data_for_a_stream_that_nobody_opened_is_a_protocol_error() => ExpectServerFailsAsync(Http2Error.Protocol, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Data, FrameFlags.None, 5, [1]);
    });

    [Fact]
    public Task A_stream_number_of_the_servers_is_a_protocol_error() => ExpectServerFailsAsync(Http2Error.Protocol, peer =>
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
        ExpectServerFailsAsync(Http2Error.SettingsTimeout, _ => { }, new TunnelOptions { PingIntervalMs = 20, FrameTimeoutMs = 50 });

    [Fact]
    public Task A_frame_whose_rest_does_not_come_ends_the_connection() => ExpectServerFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        peer.SendRaw([0, 0, 100, (byte)FrameType.Headers, 4, 0, 0, 0, 1, 0x82]);
    }, new TunnelOptions { PingIntervalMs = 20, FrameTimeoutMs = 1_000 });

    [Fact]
    public Task A_flood_of_priorities_is_stopped() => ExpectFloodStoppedAsync(peer => peer.Send(FrameType.Priority, FrameFlags.None, 1, new byte[5]));

    [Fact]
    public Task A_flood_of_goodbyes_is_stopped() => ExpectFloodStoppedAsync(peer => peer.Send(FrameType.GoAway, FrameFlags.None, 0, new byte[8]));

    [Fact]
    public Task A_flood_of_acknowledgements_is_stopped() => ExpectFloodStoppedAsync(peer => peer.Send(FrameType.Settings, FrameFlags.EndStream, 0, []));

    [Fact]
    public Task A_flood_of_small_windows_is_stopped() =>
        ExpectFloodStoppedAsync(peer => peer.Send(FrameType.WindowUpdate, FrameFlags.None, 1, [0, 0, 0, 1]), times: 20_000);

    [Fact]
    public Task A_flood_of_empty_data_is_stopped() => ExpectFloodStoppedAsync(peer => peer.Send(FrameType.Data, FrameFlags.None, 1, []));

    [Fact]
    public Task A_flood_of_padding_without_data_is_stopped() => ExpectFloodStoppedAsync(peer => peer.Send(FrameType.Data, FrameFlags.Padded, 1, [0]));

    [Fact]
    public Task A_flood_of_refused_requests_is_stopped() => ExpectServerFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        for (int id = 1; id < 4_000; id += 2) peer.SendHeaders(id, FrameFlags.EndHeaders | FrameFlags.EndStream, (":method", "GET"));
    });

    [Fact]
    public async Task A_client_that_reads_no_answers_costs_a_bounded_amount()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(PourAsync, new TunnelOptions { PingIntervalMs = 20, PingTimeoutMs = 300 });
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.Send(FrameType.Settings, FrameFlags.None, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF]);
            peer.Send(FrameType.WindowUpdate, FrameFlags.None, 0, [0x7F, 0, 0, 0]);
            peer.StopReading();
            for (int id = 1; id < 41; id += 2) peer.SendConnect(id, "a:1");
        });
        await UntilAsync(() => tunnel.Transport.HasHeldOutput, "the socket full");
        // Per stream what one write left, and what is on its way to the socket.
        await UntilAsync(() => NativeResources.OutstandingOf(NativeResourceKind.Buffer) <= LoopBuffers + 20 + 2 || tunnel.IsLeaving, "bounded buffers");
        for (int round = 0; round < 200 && !tunnel.IsLeaving; round++) await OnLoop(() => peer.Send(FrameType.Ping, FrameFlags.None, 0, new byte[8]));
        await InTime(tunnel.Completion);
        Assert.NotNull(tunnel.Problem);
    }

    [Theory]
    [InlineData("no such stream: RST_STREAM", FrameType.ResetStream, FrameFlags.None, 7, "00000008", Http2Error.Protocol)]
    [InlineData("no such stream: WINDOW_UPDATE", FrameType.WindowUpdate, FrameFlags.None, 7, "00000001", Http2Error.Protocol)]
    [InlineData("a server's stream: RST_STREAM", FrameType.ResetStream, FrameFlags.None, 2, "00000008", Http2Error.Protocol)]
    [InlineData("the connection's window by nothing", FrameType.WindowUpdate, FrameFlags.None, 0, "00000000", Http2Error.Protocol)]
    [InlineData("CONTINUATION of nothing", FrameType.Continuation, FrameFlags.EndHeaders, 1, "", Http2Error.Protocol)]
    [InlineData("a push", FrameType.PushPromise, FrameFlags.EndHeaders, 1, "0000000282", Http2Error.Protocol)]
    [InlineData("DATA of the connection", FrameType.Data, FrameFlags.None, 0, "00", Http2Error.Protocol)]
    [InlineData("HEADERS of the connection", FrameType.Headers, FrameFlags.EndHeaders, 0, "88", Http2Error.Protocol)]
    [InlineData("SETTINGS of a stream", FrameType.Settings, FrameFlags.None, 1, "", Http2Error.Protocol)]
    [InlineData("PING of a stream", FrameType.Ping, FrameFlags.None, 1, "0000000000000000", Http2Error.Protocol)]
    [InlineData("GOAWAY of a stream", FrameType.GoAway, FrameFlags.None, 1, "0000000000000000", Http2Error.Protocol)]
    [InlineData("padding longer than DATA", FrameType.Data, FrameFlags.Padded, 1, "05000000", Http2Error.Protocol)]
    [InlineData("padding longer than HEADERS", FrameType.Headers, FrameFlags.Padded | FrameFlags.EndHeaders, 3, "05828488", Http2Error.Protocol)]
    [InlineData("HEADERS too short for their priority", FrameType.Headers, FrameFlags.Priority | FrameFlags.EndHeaders, 3, "0000", Http2Error.Protocol)]
    [InlineData("a push enabled twice over", FrameType.Settings, FrameFlags.None, 0, "000200000002", Http2Error.Protocol)]
    [InlineData("frames that may be too short", FrameType.Settings, FrameFlags.None, 0, "000500003FFF", Http2Error.Protocol)]
    [InlineData("frames that may be too long", FrameType.Settings, FrameFlags.None, 0, "000501000000", Http2Error.Protocol)]
    [InlineData("a window beyond 31 bits", FrameType.Settings, FrameFlags.None, 0, "000480000000", Http2Error.FlowControl)]
    [InlineData("half a setting", FrameType.Settings, FrameFlags.None, 0, "000400", Http2Error.FrameSize)]
    [InlineData("an acknowledgement that says more", FrameType.Settings, FrameFlags.EndStream, 0, "000400000001", Http2Error.FrameSize)]
    [InlineData("a short PING", FrameType.Ping, FrameFlags.None, 0, "00", Http2Error.FrameSize)]
    [InlineData("a short RST_STREAM", FrameType.ResetStream, FrameFlags.None, 1, "000000", Http2Error.FrameSize)]
    [InlineData("a short GOAWAY", FrameType.GoAway, FrameFlags.None, 0, "00000000", Http2Error.FrameSize)]
    [InlineData("a long PRIORITY", FrameType.Priority, FrameFlags.None, 1, "000000000000", Http2Error.FrameSize)]
    [InlineData("a table larger than allowed", FrameType.Headers, FrameFlags.EndHeaders, 3, "3FE2FF03", Http2Error.Compression)]
    public Task A_frame_against_the_rules_ends_the_connection(string what, object type, object flags, int streamId, string payload, object expected)
    {
        Assert.NotEmpty(what);
        return ExpectServerFailsAsync((Http2Error)expected, peer =>
        {
            peer.SendClientPreface();
            peer.SendConnect(1, "a:1");
            peer.Send((FrameType)type, (FrameFlags)flags, streamId, Convert.FromHexString(payload));
        });
    }

    [Theory, InlineData(FrameType.Data, (1 << 20) + 1), InlineData(FrameType.Headers, (64 * 1024) + 1), InlineData((FrameType)99, 1 << 24)]
    public Task An_oversized_frame_is_refused_by_its_header(object type, int bytes) => ExpectServerFailsAsync(Http2Error.FrameSize, peer =>
    {
        peer.SendClientPreface();
        peer.SendConnect(1, "a:1");
        peer.SendRaw([(byte)(bytes - 1 >> 16), 0xFF, 0xFF, (byte)(FrameType)type, 0, 0, 0, 0, 1]);
    });

    [Fact]
    public Task Settings_that_overflow_a_streams_window_end_the_connection() => ExpectServerFailsAsync(Http2Error.FlowControl, peer =>
    {
        peer.SendClientPreface();
        peer.SendConnect(1, "a:1");
        peer.Send(FrameType.WindowUpdate, FrameFlags.None, 1, [0x7F, 0xFF, 0, 0]);
        peer.Send(FrameType.Settings, FrameFlags.None, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF]);
    });

    [Fact]
    public Task A_small_block_that_unfolds_without_bound_is_stopped() => ExpectServerFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        byte[] remembered = [0x40, 1, (byte)'a', 0x7F, 0xB9, 0x16, .. new byte[3000]];
        peer.Send(FrameType.Headers, FrameFlags.EndHeaders, 1, [.. remembered, .. Enumerable.Repeat((byte)0xBE, 8000)]);
    });

    [Fact]
    public Task Headers_whose_rest_does_not_come_end_the_connection() => ExpectServerFailsAsync(Http2Error.EnhanceYourCalm, peer =>
    {
        peer.SendClientPreface();
        peer.Send(FrameType.Headers, FrameFlags.None, 1, [0x82]);
    }, new TunnelOptions { PingIntervalMs = 20, FrameTimeoutMs = 100 });

    [Fact]
    public async Task Data_on_its_way_to_a_reset_stream_is_passed_over_and_more_ends_the_connection()
    {
        var options = new TunnelOptions { StreamWindowBytes = 64 * 1024 };
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(_ => Task.CompletedTask, options);
        await BeginAsync(peer);
        await UntilAsync(() => peer.ResetOf(1) is not null, "the reset");
        await OnLoop(() =>
        {
            for (int i = 0; i < 4; i++) peer.Send(FrameType.Data, FrameFlags.None, 1, new byte[16 * 1024]);
            peer.SendConnect(3, "a:1");
        });
        await UntilAsync(() => peer.ResetOf(3) is not null, "the next served, and reset");
        Assert.Null(await OnLoop(() => peer.GoAway));
        await OnLoop(() =>
        {
            for (int i = 0; i < 5; i++) peer.Send(FrameType.Data, FrameFlags.None, 1, new byte[16 * 1024]);
        });
        await UntilAsync(() => peer.GoAway == Http2Error.StreamClosed, "the end");
        await InTime(tunnel.Completion);
    }

    [Theory, InlineData(true, Http2Error.StreamClosed), InlineData(false, Http2Error.StreamClosed)]
    public async Task A_second_end_resets_the_stream(bool byHeaders, object expected)
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync();
        await BeginAsync(peer);
        await OnLoop(() =>
        {
            peer.Send(FrameType.Data, FrameFlags.EndStream, 1, [1]);
            if (byHeaders) peer.SendHeaders(1, FrameFlags.EndHeaders | FrameFlags.EndStream, ("x", "y"));
            else peer.Send(FrameType.Data, FrameFlags.EndStream, 1, []);
        });
        await UntilAsync(() => peer.ResetOf(1) == (Http2Error)expected, "the reset");
    }

    [Fact]
    public async Task Trailers_end_a_stream_and_are_good_for_nothing_else()
    {
        (ScriptedPeer peer, _) = await ScriptClientAsync(EchoAsync);
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.SendConnect(1, "a:1");
            peer.SendHeaders(1, FrameFlags.EndHeaders | FrameFlags.EndStream, ("x", "y"));
            peer.SendConnect(3, "a:1");
            peer.SendHeaders(3, FrameFlags.EndHeaders, ("x", "y"));
        });
        await UntilAsync(() => peer.TextOf(1) == "a:1 " && peer.ResetOf(3) == Http2Error.Protocol, "an end and a reset");
    }

    [Fact]
    public async Task A_stream_number_that_went_by_is_not_served()
    {
        int served = 0;
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(request =>
        {
            served++;
            return Hold(request);
        });
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.SendConnect(5, "a:1");
            peer.SendConnect(3, "a:1");
            peer.SendConnect(int.MaxValue, "a:1");
        });
        await UntilAsync(() => peer.StatusOf(int.MaxValue) == 200, "the last number's answer");
        Assert.Equal((2, 2), await OnLoop(() => (served, tunnel.StreamCount)));
    }

    [Fact]
    public async Task Streams_reset_behind_a_shut_window_leave_nothing_behind()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(PourAsync);
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            for (int id = 1; id < 100; id += 2) peer.SendConnect(id, "a:1");
        });
        await UntilAsync(() => tunnel.Output.WaitingCount > 40, "streams waiting for the window");
        await OnLoop(() =>
        {
            for (int id = 1; id < 100; id += 2) peer.Send(FrameType.ResetStream, FrameFlags.None, id, [0, 0, 0, 8]);
        });
        await UntilAsync(() => tunnel.StreamCount == 0 && tunnel.Output.WaitingCount == 0, "nobody waiting");
    }

    [Fact]
    public async Task A_client_that_leaves_keeps_its_streams()
    {
        (ScriptedPeer peer, TunnelConnection tunnel) = await ScriptClientAsync(EchoAsync);
        await OnLoop(() =>
        {
            peer.SendClientPreface();
            peer.SendConnect(1, "a:1");
            peer.Send(FrameType.GoAway, FrameFlags.None, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
            peer.SendConnect(3, "a:1");
            peer.Send(FrameType.Data, FrameFlags.EndStream, 1, "last"u8.ToArray());
        });
        await UntilAsync(() => peer.TextOf(1) == "a:1 last" && peer.ResetOf(3) == Http2Error.RefusedStream, "one served, one not");
        await UntilAsync(() => peer.HasEnded, "the end");
        await InTime(tunnel.Completion);
        Assert.Null(tunnel.Problem);
    }
}
