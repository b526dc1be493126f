using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tunnel;

/// <summary>Puts a header block together that comes in several frames; while one is open nothing else may come.</summary>
internal sealed class HeaderBlock(int maxBytes)
{
    private const int MaxContinuations = 16;

    private byte[] bytes = [];
    private int continuations;

    public bool IsOpen { get; private set; }

    /// <summary>The stream that the open block belongs to.</summary>
    public int StreamId { get; private set; }

    public bool EndsStream { get; private set; }

    /// <summary>Takes the first frame; a block that is whole in it is left in the frame.</summary>
    /// <param name="frame">HEADERS.</param>
    /// <param name="block">The block, when it is whole.</param>
    public Http2Error Begin(in FramePiece frame, out ReadOnlySpan<byte> block)
    {
        (StreamId, EndsStream) = (frame.Header.StreamId, frame.Header.Has(FrameFlags.EndStream));
        if (!TryStrip(frame, out block)) return Http2Error.Protocol;
        if (block.Length > maxBytes) return Http2Error.EnhanceYourCalm;
        if (frame.Header.Has(FrameFlags.EndHeaders)) return Http2Error.None;
        (IsOpen, continuations, bytes) = (true, 0, block.ToArray());
        return Http2Error.None;
    }

    /// <summary>Takes a CONTINUATION; <see cref="IsOpen"/> tells whether the block is whole now.</summary>
    public Http2Error Continue(in FramePiece frame, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (!IsOpen || frame.Header.StreamId != StreamId) return Http2Error.Protocol;
        if (++continuations > MaxContinuations || bytes.Length + frame.Payload.Length > maxBytes) return Http2Error.EnhanceYourCalm;
        bytes = [.. bytes, .. frame.Payload];
        if (!frame.Header.Has(FrameFlags.EndHeaders)) return Http2Error.None;
        block = bytes;
        (IsOpen, bytes) = (false, []);
        return Http2Error.None;
    }

    /// <summary>Takes padding and priority off.</summary>
    private static bool TryStrip(in FramePiece frame, out ReadOnlySpan<byte> block)
    {
        block = frame.Payload;
        int front = (frame.Header.Has(FrameFlags.Padded) ? 1 : 0) + (frame.Header.Has(FrameFlags.Priority) ? 5 : 0);
        int padding = frame.Header.Has(FrameFlags.Padded) && block.Length > 0 ? block[0] : 0;
        if (front + padding > block.Length) return false;
        block = block[front..^padding];
        return true;
    }
}
