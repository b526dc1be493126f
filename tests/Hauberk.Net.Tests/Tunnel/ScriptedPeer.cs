using System.Buffers.Binary;
using System.Text;
using Hauberk.Net.Channels;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;
using Hauberk.Net.Tunnel.Hpack;

namespace Hauberk.Net.Tests.Tunnel;

/// <summary>A peer that sends what a test says, frame by frame, and keeps what it gets. Use on the loop's thread.</summary>
internal sealed class ScriptedPeer : IChannelObserver
{
    private readonly ByteChannel channel;
    private readonly FrameReader reader = new(1 << 24, 1 << 24);
    private int prefaceLeft;

    public ScriptedPeer(ByteChannel channel, bool isServer)
    {
        this.channel = channel;
        prefaceLeft = isServer ? Preface.Client.Length : 0;
        channel.Observer = this;
        OnReadable(channel);
    }

    public List<(FrameHeader Header, byte[] Payload)> Received { get; } = [];

    public bool HasEnded { get; private set; }

    /// <summary>Each byte goes in a record of its own.</summary>
    public bool SendSplit { get; set; }

    /// <summary>The code of the GOAWAY that came last; null without one.</summary>
    public Http2Error? GoAway => Received.LastOrDefault(frame => frame.Header.Type == FrameType.GoAway) is { Payload: { } payload }
        ? (Http2Error)BinaryPrimitives.ReadInt32BigEndian(payload.AsSpan(4)) : null;

    public Http2Error? ResetOf(int streamId) =>
        Received.LastOrDefault(frame => frame.Header.Type == FrameType.ResetStream && frame.Header.StreamId == streamId) is { Payload: { } payload }
            ? (Http2Error)BinaryPrimitives.ReadInt32BigEndian(payload) : null;

    public int? StatusOf(int streamId)
    {
        byte[]? block = Received.LastOrDefault(frame => frame.Header.Type == FrameType.Headers && frame.Header.StreamId == streamId).Payload;
        if (block is null) return null;
        var fields = new List<HeaderField>();
        Assert.Equal(Http2Error.None, new HpackDecoder(4096, 16384).Decode(block, fields));
        return ConnectHeaders.ReadStatus(fields);
    }

    public long DataBytesOf(int streamId) =>
        Received.Where(frame => frame.Header.Type == FrameType.Data && frame.Header.StreamId == streamId).Sum(frame => (long)frame.Payload.Length);

    public string TextOf(int streamId) => string.Concat(Received
        .Where(frame => frame.Header.Type == FrameType.Data && frame.Header.StreamId == streamId).Select(frame => Encoding.ASCII.GetString(frame.Payload)));

    public void StopReading() => channel.Observer = null;

    public void End() => channel.ShutdownWrite();

    /// <summary>The least that a foreign client may begin with.</summary>
    public void SendClientPreface()
    {
        SendRaw(Preface.Client);
        Send(FrameType.Settings, FrameFlags.None, 0, []);
    }

    public void SendServerPreface() => Send(FrameType.Settings, FrameFlags.None, 0, []);

    /// <summary>Fields as literals, with no regard to what they say.</summary>
    public void SendHeaders(int streamId, FrameFlags flags, params (string Name, string Value)[] fields) =>
        Send(FrameType.Headers, flags, streamId, [.. fields.SelectMany(field => (byte[])[0, .. Literal(field.Name), .. Literal(field.Value)])]);

    public void SendConnect(int streamId, string authority, FrameFlags flags = FrameFlags.EndHeaders)
    {
        var block = new byte[HpackEncoder.MaxBytes];
        var encoder = new HpackEncoder(block);
        encoder.WriteConnect(authority);
        Send(FrameType.Headers, flags, streamId, block[..encoder.Length]);
    }

    public void Send(FrameType type, FrameFlags flags, int streamId, byte[] payload)
    {
        var header = new byte[FrameHeader.Bytes];
        new FrameHeader(payload.Length, type, flags, streamId).Write(header);
        SendRaw([.. header, .. payload]);
    }

    public void SendRaw(ReadOnlySpan<byte> bytes)
    {
        if (!SendSplit) channel.Write(bytes);
        else foreach (byte octet in bytes) channel.Write([octet]);
    }

    public void OnReadable(ByteChannel channel)
    {
        var buffer = new byte[96 * 1024];
        ChannelReadState state;
        do
        {
            int count = channel.Read(buffer, out state);
            Take(buffer.AsSpan(0, count));
        }
        while (state == ChannelReadState.More);
        if (state == ChannelReadState.Drained) return;
        HasEnded = true;
        channel.ShutdownWrite();
    }

    public void OnWritable(ByteChannel channel)
    {
    }

    public void OnFailed(ByteChannel channel) => HasEnded = true;

    private static byte[] Literal(string text) => text.Length < 127
        ? [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)]
        : [127, (byte)((text.Length - 127) | 0x80), (byte)((text.Length - 127) >> 7), .. Encoding.Latin1.GetBytes(text)];

    private void Take(ReadOnlySpan<byte> input)
    {
        int preface = Math.Min(prefaceLeft, input.Length);
        prefaceLeft -= preface;
        input = input[preface..];
        while (reader.Read(ref input, out FramePiece piece) == FrameReading.Piece) Received.Add((piece.Header, piece.Payload.ToArray()));
    }
}
