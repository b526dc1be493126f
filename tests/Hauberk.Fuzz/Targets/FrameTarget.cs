using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Fuzz.Targets;

/// <summary>The reader of HTTP/2 frames. First byte: into parts of how many bytes the rest is cut; whole and in parts it must read the same.</summary>
internal sealed class FrameTarget : IFuzzTarget
{
    private const int MaxFrameBytes = 8 * 1024;
    private const int MaxKeptBytes = 4 * 1024;

    public string Name => "http2-frames";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return;
        var (whole, wholeError) = ReadAll(input[1..], input.Length);
        var (parts, partsError) = ReadAll(input[1..], input[0] + 1);
        PropertyBrokenException.Unless(wholeError == partsError, "cutting does not change how it ends");
        PropertyBrokenException.Unless(whole.SequenceEqual(parts), "cutting does not change the frames");
    }

    private static (List<(FrameHeader, int Flow, string Payload)> Frames, Http2Error Error) ReadAll(ReadOnlySpan<byte> bytes, int cut)
    {
        var reader = new FrameReader(MaxFrameBytes, MaxKeptBytes);
        var frames = new List<(FrameHeader, int, string)>();
        var (flow, payload) = (0, "");
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(cut, bytes.Length)..])
        {
            var part = bytes[..Math.Min(cut, bytes.Length)];
            while (reader.Read(ref part, out var piece) == FrameReading.Piece)
            {
                PropertyBrokenException.Unless(piece.Payload.Length <= piece.Header.Length, "a payload is within its frame");
                flow += piece.FlowBytes;
                payload += Convert.ToHexString(piece.Payload);
                if (!piece.EndsFrame) continue;
                var expected = piece.Header.Type == FrameType.Data || piece.Header.Type > FrameType.Continuation ? piece.Header.Length : 0;
                PropertyBrokenException.Unless(flow == expected, "all of a frame counts for the windows");
                frames.Add((piece.Header, flow, payload));
                (flow, payload) = (0, "");
            }
            PropertyBrokenException.Unless(part.IsEmpty || reader.Error != Http2Error.None, "all input is taken, or refused");
        }
        return (frames, reader.Error);
    }
}
