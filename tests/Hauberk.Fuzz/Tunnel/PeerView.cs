using System.Buffers.Binary;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Fuzz.Tunnel;

/// <summary>
/// What a peer that keeps count knows of a tunnel: which windows it gave, which streams have ended, how the tunnel said it ends. Holds what the
/// tunnel sends against it.
/// </summary>
internal sealed class PeerView(bool tunnelIsServer)
{
    private readonly FrameReader sent = new(Preface.MaxFrameBytes, 64 * 1024);
    private readonly FrameReader received = new(1 << 24, 1 << 24);
    private readonly Queue<PeerSettings> unacknowledged = [];
    private readonly Dictionary<int, PeerStream> streams = [];
    private PeerSettings settings = new();
    private PeerSettings acknowledged = new();
    private long window = PeerSettings.DefaultWindowBytes;
    private int sentPrefaceLeft = tunnelIsServer ? Preface.Client.Length : 0;
    private int prefaceLeft = tunnelIsServer ? 0 : Preface.Client.Length;
    private int lastStreamId = int.MaxValue;

    /// <summary>The tunnel has said that the connection is broken.</summary>
    public bool HasFailed { get; private set; }

    public PeerStream Stream(int id)
    {
        if (!streams.TryGetValue(id, out var stream)) streams.Add(id, stream = new PeerStream());
        return stream;
    }

    /// <summary>Counts what the peer is about to send.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        var preface = Math.Min(sentPrefaceLeft, bytes.Length);
        sentPrefaceLeft -= preface;
        bytes = bytes[preface..];
        while (sent.Read(ref bytes, out var piece) == FrameReading.Piece) CountSent(piece);
    }

    /// <summary>Checks what the tunnel sends.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        var preface = Math.Min(prefaceLeft, bytes.Length);
        prefaceLeft -= preface;
        bytes = bytes[preface..];
        while (received.Read(ref bytes, out var piece) == FrameReading.Piece) Check(piece);
        PropertyBrokenException.Unless(received.Error == Http2Error.None, "the tunnel writes proper frames");
    }

    private void CountSent(in FramePiece piece)
    {
        var header = piece.Header;
        switch (header.Type)
        {
            case FrameType.Data:
                // What comes after an end is nobody's to read.
                if (!Stream(header.StreamId).HasEnded) Stream(header.StreamId).Sent.AddRange(piece.Payload);
                Stream(header.StreamId).SentFlowBytes += piece.FlowBytes;
                Stream(header.StreamId).HasEnded |= piece.EndsFrame && header.Has(FrameFlags.EndStream);
                break;
            case FrameType.Headers:
                Stream(header.StreamId).HasEnded |= header.Has(FrameFlags.EndStream);
                break;
            case FrameType.Settings when !header.IsAck:
                settings.Apply(piece.Payload, fromServer: !tunnelIsServer);
                unacknowledged.Enqueue(settings);
                break;
            case FrameType.WindowUpdate:
                var bytes = BinaryPrimitives.ReadInt32BigEndian(piece.Payload) & int.MaxValue;
                if (header.StreamId == 0) window += bytes;
                else Stream(header.StreamId).Window += bytes;
                break;
        }
    }

    private void Check(in FramePiece piece)
    {
        var header = piece.Header;
        PropertyBrokenException.Unless(!HasFailed, "nothing follows a GOAWAY with an error");
        PropertyBrokenException.Unless(header.Length <= acknowledged.MaxFrameBytes, "no frame is longer than the peer takes");
        var stream = header.StreamId == 0 ? null : Stream(header.StreamId);
        PropertyBrokenException.Unless(stream is not { IsReset: true }, "nothing follows the reset of a stream");
        switch (header.Type)
        {
            case FrameType.Data: CheckData(piece, stream!); break;
            case FrameType.Headers: CheckHeaders(header, stream!); break;
            case FrameType.ResetStream: stream!.IsReset = true; break;
            case FrameType.Settings: CheckSettings(header); break;
            case FrameType.GoAway: CheckGoAway(piece.Payload); break;
            case FrameType.WindowUpdate: CheckWindowUpdate(BinaryPrimitives.ReadInt32BigEndian(piece.Payload), stream); break;
            case FrameType.Ping: break;
            default: throw new PropertyBrokenException($"the tunnel sends no {header.Type}");
        }
    }

    private void CheckData(in FramePiece piece, PeerStream stream)
    {
        PropertyBrokenException.Unless(stream is { HasHeaders: true, TunnelHasEnded: false }, "data comes after the headers and before the end");
        window -= piece.FlowBytes;
        stream.Window -= piece.FlowBytes;
        PropertyBrokenException.Unless(piece.FlowBytes == 0 || (window >= 0 && acknowledged.InitialWindowBytes + stream.Window >= 0), "data stays within the windows");
        stream.TunnelHasEnded |= piece.EndsFrame && piece.Header.Has(FrameFlags.EndStream);
    }

    private static void CheckHeaders(FrameHeader header, PeerStream stream)
    {
        PropertyBrokenException.Unless(!stream.HasHeaders, "headers come once");
        stream.HasHeaders = true;
        stream.TunnelHasEnded = header.Has(FrameFlags.EndStream);
    }

    // SETTINGS count from the acknowledgement on: what was sent before it did not know them.
    private void CheckSettings(FrameHeader header)
    {
        if (!header.IsAck) return;
        PropertyBrokenException.Unless(unacknowledged.TryDequeue(out acknowledged), "only what was sent is acknowledged");
    }

    private void CheckGoAway(ReadOnlySpan<byte> payload)
    {
        var last = BinaryPrimitives.ReadInt32BigEndian(payload);
        PropertyBrokenException.Unless(last <= lastStreamId, "the last stream of a GOAWAY never grows");
        lastStreamId = last;
        HasFailed = (Http2Error)BinaryPrimitives.ReadInt32BigEndian(payload[4..]) != Http2Error.None;
    }

    private static void CheckWindowUpdate(int bytes, PeerStream? stream)
    {
        PropertyBrokenException.Unless(bytes > 0, "a window grows by something");
        if (stream is null) return;
        stream.Granted += bytes;
        PropertyBrokenException.Unless(stream.Granted <= stream.Taken + (stream.SentFlowBytes - stream.Sent.Count), "room is given for what was taken");
    }
}
