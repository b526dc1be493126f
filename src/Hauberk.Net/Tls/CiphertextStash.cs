using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>Records that were received before anyone had room for their content. Holds memory only while there are any.</summary>
internal unsafe struct CiphertextStash
{
    private byte* buffer;
    private int start;
    private int length;

    public readonly bool IsEmpty => length == 0;

    /// <summary>Keeps what the session left of its input: a copy of foreign memory, or the rest of what the stash gave it.</summary>
    public void KeepRest(RecordBuffers* records)
    {
        if (buffer != null)
        {
            start += length - records->InputLength;
            length = records->InputLength;
        }
        else if (records->InputLength > 0)
        {
            length = records->InputLength;
            buffer = NativeBuffer.Allocate(length);
            Buffer.MemoryCopy(records->Input, buffer, length, length);
        }
        records->InputLength = 0;
        if (length == 0) Release();
    }

    /// <summary>Gives the stashed records as the session's input; <see cref="KeepRest"/> comes after.</summary>
    public readonly void Feed(RecordBuffers* records)
    {
        records->Input = buffer + start;
        records->InputLength = length;
    }

    public void Release()
    {
        NativeBuffer.Free(buffer);
        this = default;
    }
}
