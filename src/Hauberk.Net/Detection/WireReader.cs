using System.Buffers.Binary;

namespace Hauberk.Net.Detection;

/// <summary>Takes length-checked pieces off the front of a message; the first piece that is not there makes it fail for good.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    public bool Failed { get; private set; }

    public readonly bool IsEmpty => rest.IsEmpty;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            Failed = true;
            rest = default;
            return default;
        }
        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    public int TakeUInt8() => Take(1) is [var value] ? value : 0;

    public int TakeUInt16() => Take(2) is { Length: 2 } value ? BinaryPrimitives.ReadUInt16BigEndian(value) : 0;

    /// <summary>A vector with its length in one byte before it.</summary>
    public ReadOnlySpan<byte> TakeVector8() => Take(TakeUInt8());

    /// <summary>A vector with its length in two bytes before it.</summary>
    public ReadOnlySpan<byte> TakeVector16() => Take(TakeUInt16());
}
