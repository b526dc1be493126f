using CsCheck;
using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tests.Tunnel;

public sealed class FrameReaderTests
{
    private const int MaxFrame = 1 << 20;
    private const int MaxKept = 64 * 1024;

    private static readonly Gen<(FrameType Type, byte[] Payload)> Frame = Gen.OneOf(
        Gen.Byte.Array[0, 500].Select(payload => (FrameType.Data, payload)),
        Gen.Byte.Array[0, 500].Select(payload => (FrameType.Headers, payload)),
        Gen.Byte.Array[0, 500].Select(payload => ((FrameType)77, payload)),
        Gen.Byte.Array[4].Select(payload => (FrameType.WindowUpdate, payload)));

    [Fact]
    public void Frames_come_out_as_they_went_in_however_the_bytes_are_cut() => Gen.Select(Frame.Array[1, 8], Gen.Int[1, 60]).Sample((frames, cut) =>
    {
        List<(FrameType, string)> read = ReadAll(Bytes(frames), cut, out Http2Error error);
        Assert.Equal(Http2Error.None, error);
        Assert.Equal(frames.Select(frame => (frame.Type, Convert.ToHexString(frame.Payload))), read);
    });

    [Fact]
    public void Padding_is_taken_off_and_counts_for_the_windows() => Gen.Select(Gen.Byte.Array[0, 300], Gen.Byte, Gen.Int[1, 60]).Sample((data, padding, cut) =>
    {
        byte[] bytes = [.. HeaderOf(1 + data.Length + padding, FrameType.Data, FrameFlags.Padded, 1), padding, .. data, .. new byte[padding]];
        var reader = new FrameReader(MaxFrame, MaxKept);
        int flow = 0, ends = 0;
        var got = new List<byte>();
        foreach (byte[] part in bytes.Chunk(cut))
        {
            ReadOnlySpan<byte> input = part;
            while (reader.Read(ref input, out FramePiece piece) == FrameReading.Piece)
            {
                got.AddRange(piece.Payload);
                flow += piece.FlowBytes;
                ends += piece.EndsFrame ? 1 : 0;
            }
        }
        Assert.Equal(data, got);
        Assert.Equal((1 + data.Length + padding, 1), (flow, ends));
    });

    [Fact]
    public void Arbitrary_bytes_never_throw() => Gen.Select(Gen.Byte.Array[0, 600], Gen.Int[1, 100]).Sample((bytes, cut) =>
    {
        ReadAll(bytes, cut, out _);
    });

    [Theory]
    [InlineData(MaxFrame + 1, FrameType.Data, 1, Http2Error.FrameSize)]
    [InlineData(MaxKept + 1, FrameType.Headers, 1, Http2Error.FrameSize)]
    [InlineData(7, FrameType.Ping, 0, Http2Error.FrameSize)]
    [InlineData(5, FrameType.Settings, 0, Http2Error.FrameSize)]
    [InlineData(3, FrameType.ResetStream, 1, Http2Error.FrameSize)]
    [InlineData(8, FrameType.Ping, 1, Http2Error.Protocol)]
    [InlineData(0, FrameType.Data, 0, Http2Error.Protocol)]
    [InlineData(6, FrameType.Settings, 3, Http2Error.Protocol)]
    public void A_frame_against_the_rules_ends_the_connection(int length, object type, int streamId, Http2Error expected)
    {
        ReadAll(HeaderOf(length, (FrameType)type, FrameFlags.None, streamId), 9, out Http2Error error);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Padding_longer_than_its_frame_ends_the_connection()
    {
        ReadAll([.. HeaderOf(3, FrameType.Data, FrameFlags.Padded, 1), 3, 0, 0], 12, out Http2Error error);
        Assert.Equal(Http2Error.Protocol, error);
    }

    [Fact]
    public void A_header_alone_sets_no_memory_aside()
    {
        var readers = new FrameReader[100];
        byte[] header = HeaderOf(MaxKept, FrameType.Headers, FrameFlags.None, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < readers.Length; i++)
        {
            readers[i] = new FrameReader(MaxFrame, MaxKept);
            ReadOnlySpan<byte> input = header;
            Assert.Equal(FrameReading.NeedsInput, readers[i].Read(ref input, out _));
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, readers.Length * 1024);
    }

    private static byte[] Bytes(IEnumerable<(FrameType Type, byte[] Payload)> frames) =>
        [.. frames.SelectMany(frame => HeaderOf(frame.Payload.Length, frame.Type, FrameFlags.EndHeaders, 1).Concat(frame.Payload))];

    private static byte[] HeaderOf(int length, FrameType type, FrameFlags flags, int streamId)
    {
        var bytes = new byte[FrameHeader.Bytes];
        new FrameHeader(length, type, flags, streamId).Write(bytes);
        return bytes;
    }

    private static List<(FrameType Type, string Payload)> ReadAll(byte[] bytes, int cut, out Http2Error error)
    {
        var reader = new FrameReader(MaxFrame, MaxKept);
        var whole = new List<(FrameType, string)>();
        string sofar = "";
        foreach (byte[] part in bytes.Chunk(cut))
        {
            ReadOnlySpan<byte> input = part;
            while (reader.Read(ref input, out FramePiece piece) == FrameReading.Piece)
            {
                sofar += Convert.ToHexString(piece.Payload);
                if (!piece.EndsFrame) continue;
                whole.Add((piece.Header.Type, sofar));
                sofar = "";
            }
        }
        error = reader.Error;
        return whole;
    }
}
