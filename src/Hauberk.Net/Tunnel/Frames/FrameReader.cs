namespace Hauberk.Net.Tunnel.Frames;

/// <summary>
/// Cuts bytes as they come into frames. DATA passes through in pieces and is never kept; other frames are kept until they are whole.
/// </summary>
/// <param name="maxFrameBytes">The longest frame, as our SETTINGS say.</param>
/// <param name="maxKeptBytes">The longest of those that are kept.</param>
internal sealed class FrameReader(int maxFrameBytes, int maxKeptBytes)
{
    private readonly byte[] headerBytes = new byte[FrameHeader.Bytes];
    private FrameHeader header;
    private byte[]? kept;
    private int headerLength;
    private int keptLength;
    private int payloadLeft;
    private int paddingLeft;
    private bool inPayload;
    private bool padLengthMissing;

    public Http2Error Error { get; private set; }

    /// <summary>A frame has begun that must be whole before anything can come of it.</summary>
    public bool IsWaiting => headerLength > 0 || (inPayload && !IsStreamed);

    private bool IsStreamed => header.Type is FrameType.Data or > FrameType.Continuation;

    /// <summary>Takes from the input what the next piece needs.</summary>
    public FrameReading Read(ref ReadOnlySpan<byte> input, out FramePiece piece)
    {
        piece = default;
        if (Error != Http2Error.None) return FrameReading.Broken;
        if (!inPayload)
        {
            if (!TryReadHeader(ref input)) return FrameReading.NeedsInput;
            if (!Begin()) return FrameReading.Broken;
        }
        return IsStreamed ? ReadStreamed(ref input, out piece) : ReadWhole(ref input, out piece);
    }

    private bool TryReadHeader(ref ReadOnlySpan<byte> input)
    {
        int count = Math.Min(FrameHeader.Bytes - headerLength, input.Length);
        input[..count].CopyTo(headerBytes.AsSpan(headerLength));
        input = input[count..];
        headerLength += count;
        if (headerLength < FrameHeader.Bytes) return false;
        headerLength = 0;
        header = FrameHeader.Read(headerBytes);
        return true;
    }

    private bool Begin()
    {
        Error = header.Length > (IsStreamed ? maxFrameBytes : maxKeptBytes) ? Http2Error.FrameSize : FrameRules.Check(header);
        (inPayload, payloadLeft, paddingLeft, keptLength) = (true, header.Length, 0, 0);
        padLengthMissing = header.Type == FrameType.Data && header.Has(FrameFlags.Padded);
        return Error == Http2Error.None;
    }

    private FrameReading ReadStreamed(ref ReadOnlySpan<byte> input, out FramePiece piece)
    {
        piece = default;
        int flow = 0;
        if (padLengthMissing && input.Length > 0)
        {
            paddingLeft = input[0];
            input = input[1..];
            flow = 1;
            padLengthMissing = false;
            if (paddingLeft > --payloadLeft)
            {
                Error = Http2Error.Protocol;
                return FrameReading.Broken;
            }
        }
        if (padLengthMissing || (input.IsEmpty && payloadLeft > 0 && flow == 0)) return FrameReading.NeedsInput;
        int all = Math.Min(payloadLeft, input.Length);
        int data = Math.Min(payloadLeft - paddingLeft, all);
        ReadOnlySpan<byte> payload = input[..data];
        input = input[all..];
        payloadLeft -= all;
        paddingLeft -= all - data;
        inPayload = payloadLeft > 0;
        piece = new FramePiece { Header = header, Payload = payload, FlowBytes = flow + all, EndsFrame = !inPayload };
        return FrameReading.Piece;
    }

    private FrameReading ReadWhole(ref ReadOnlySpan<byte> input, out FramePiece piece)
    {
        piece = default;
        ReadOnlySpan<byte> payload;
        if (keptLength == 0 && input.Length >= header.Length)
        {
            payload = input[..header.Length];
            input = input[header.Length..];
        }
        else
        {
            if (!TryKeep(ref input)) return FrameReading.NeedsInput;
            payload = kept;
            kept = null;
        }
        inPayload = false;
        piece = new FramePiece { Header = header, Payload = payload, EndsFrame = true };
        return FrameReading.Piece;
    }

    private bool TryKeep(ref ReadOnlySpan<byte> input)
    {
        // Made when a part of the payload is there, so that a bare header cannot have memory set aside.
        if (input.IsEmpty) return false;
        kept ??= new byte[header.Length];
        int count = Math.Min(header.Length - keptLength, input.Length);
        input[..count].CopyTo(kept.AsSpan(keptLength));
        input = input[count..];
        keptLength += count;
        return keptLength == header.Length;
    }
}
