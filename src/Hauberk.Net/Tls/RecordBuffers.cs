using Hauberk.Net.Native;

namespace Hauberk.Net.Tls;

/// <summary>What OpenSSL reads records from and writes records to: shared by all sessions of a loop, empty between calls.</summary>
internal unsafe struct RecordBuffers
{
    private const int InitialOutputBytes = 160 * 1024;
    private int outputCapacity;

    /// <summary>Records received and not read by OpenSSL yet; memory of the caller.</summary>
    public byte* Input;
    public int InputLength;

    /// <summary>Records OpenSSL made; memory of this struct.</summary>
    public byte* Output;
    public int OutputLength;

    public void AppendOutput(byte* source, int length)
    {
        if (OutputLength + length > outputCapacity) Grow(OutputLength + length);
        Buffer.MemoryCopy(source, Output + OutputLength, outputCapacity - OutputLength, length);
        OutputLength += length;
    }

    public int TakeInput(byte* destination, int length)
    {
        int count = Math.Min(length, InputLength);
        Buffer.MemoryCopy(Input, destination, length, count);
        Input += count;
        InputLength -= count;
        return count;
    }

    public void Release()
    {
        NativeBuffer.Free(Output);
        this = default;
    }

    private void Grow(int needed)
    {
        outputCapacity = Math.Max(InitialOutputBytes, Math.Max(needed, outputCapacity * 2));
        Output = Output == null ? NativeBuffer.Allocate(outputCapacity) : NativeBuffer.Resize(Output, outputCapacity);
    }
}
