using System.Buffers;
using System.Text;

namespace Hauberk.Net.Tunnel.Hpack;

/// <summary>Takes the integers and strings of a header block (RFC 7541, section 5). False means that they are malformed.</summary>
internal ref struct HpackReader(ReadOnlySpan<byte> block)
{
    // No number of a header block that we accept is larger; four more octets hold it.
    private const int MaxInteger = 1 << 24;
    private const int MaxMoreOctets = 4;

    private ReadOnlySpan<byte> left = block;

    public readonly bool IsEmpty => left.IsEmpty;

    public readonly byte Next => left[0];

    public bool TryReadInteger(int prefixBits, out int value)
    {
        value = 0;
        if (left.IsEmpty) return false;
        int mask = (1 << prefixBits) - 1;
        value = left[0] & mask;
        left = left[1..];
        return value < mask || TryReadMore(ref value);
    }

    public bool TryReadString(out string text)
    {
        text = "";
        if (left.IsEmpty) return false;
        bool huffman = (left[0] & 0x80) != 0;
        if (!TryReadInteger(7, out int length) || length > left.Length) return false;
        ReadOnlySpan<byte> bytes = left[..length];
        left = left[length..];
        if (huffman) return TryDecode(bytes, out text);
        text = Encoding.Latin1.GetString(bytes);
        return true;
    }

    private bool TryReadMore(ref int value)
    {
        for (int octet = 0; octet < MaxMoreOctets && octet < left.Length; octet++)
        {
            value += (left[octet] & 0x7F) << (7 * octet);
            if (value > MaxInteger) return false;
            if ((left[octet] & 0x80) != 0) continue;
            left = left[(octet + 1)..];
            return true;
        }
        return false;
    }

    private static bool TryDecode(ReadOnlySpan<byte> bytes, out string text)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes.Length * 8 / 5 + 1);
        int count = HuffmanCode.Decode(bytes, buffer);
        text = count < 0 ? "" : Encoding.Latin1.GetString(buffer, 0, count);
        ArrayPool<byte>.Shared.Return(buffer);
        return count >= 0;
    }
}
