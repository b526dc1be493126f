using Hauberk.Net.Native;

namespace Hauberk.Net.Channels;

/// <summary>Bytes that a socket did not take yet, in native memory that exists only while there are any.</summary>
internal unsafe struct HeldOutput
{
    private byte* buffer;
    private int capacity;
    private int start;

    public int Length { get; private set; }

    public readonly byte* Pointer => buffer + start;

    public void Append(byte* source, int length)
    {
        if (length == 0) return;
        MakeRoom(length);
        Buffer.MemoryCopy(source, Pointer + Length, capacity - start - Length, length);
        Length += length;
    }

    /// <summary>Drops the first bytes, and the memory with the last one.</summary>
    public void Consume(int count)
    {
        start += count;
        Length -= count;
        if (Length == 0) Release();
    }

    public void Release()
    {
        NativeBuffer.Free(buffer);
        this = default;
    }

    private void MakeRoom(int extra)
    {
        if (start + Length + extra <= capacity) return;
        // Moved, and grown, so that bytes kept in small parts are copied a bounded number of times each.
        if (start >= Length)
        {
            Buffer.MemoryCopy(Pointer, buffer, capacity, Length);
            start = 0;
            if (Length + extra <= capacity) return;
        }
        capacity = Math.Max(start + Length + extra, capacity + (capacity / 2));
        buffer = buffer == null ? NativeBuffer.Allocate(capacity) : NativeBuffer.Resize(buffer, capacity);
    }
}
