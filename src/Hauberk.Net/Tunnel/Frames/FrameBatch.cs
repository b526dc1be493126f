using System.Buffers.Binary;
using Hauberk.Net.Native;

namespace Hauberk.Net.Tunnel.Frames;

/// <summary>Frames that leave together, in native memory that exists only while there are any.</summary>
internal unsafe struct FrameBatch
{
    private const int InitialBytes = 4 * 1024;
    // A batch that is not a few small frames is mostly a full one.
    private const int FullBytes = 104 * 1024;

    private byte* buffer;
    private int capacity;

    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Bytes => new(buffer, Length);

    public void Append(FrameType type, FrameFlags flags, int streamId, ReadOnlySpan<byte> payload)
    {
        new FrameHeader(payload.Length, type, flags, streamId).Write(Take(FrameHeader.Bytes));
        payload.CopyTo(Take(payload.Length));
    }

    public void Append(FrameType type, int streamId, int value)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, value);
        Append(type, FrameFlags.None, streamId, payload);
    }

    public void AppendGoAway(int lastStreamId, Http2Error error)
    {
        Span<byte> payload = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, lastStreamId);
        BinaryPrimitives.WriteInt32BigEndian(payload[4..], (int)error);
        Append(FrameType.GoAway, FrameFlags.None, 0, payload);
    }

    /// <summary>Bytes that are no frame: the client's first.</summary>
    public void AppendRaw(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Clear()
    {
        NativeBuffer.Free(buffer);
        this = default;
    }

    private Span<byte> Take(int count)
    {
        if (Length + count > capacity) Grow(Length + count);
        var taken = new Span<byte>(buffer + Length, count);
        Length += count;
        return taken;
    }

    private void Grow(int needed)
    {
        capacity = needed <= InitialBytes ? InitialBytes : Math.Max(Math.Max(FullBytes, needed), capacity * 2);
        buffer = buffer == null ? NativeBuffer.Allocate(capacity) : NativeBuffer.Resize(buffer, capacity);
    }
}
