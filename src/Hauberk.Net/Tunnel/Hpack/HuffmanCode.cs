namespace Hauberk.Net.Tunnel.Hpack;

/// <summary>
/// The Huffman code of HPACK (RFC 7541, appendix B). It is canonical: codes of one length count up in the order of their symbols, so the
/// lengths are the whole table.
/// </summary>
internal static class HuffmanCode
{
    private const int EndOfString = 256;
    private const int MaxLength = 30;

    private static readonly int[] FirstCode = new int[MaxLength + 2];
    private static readonly int[] FirstPlace = new int[MaxLength + 2];
    private static readonly short[] Symbols = new short[EndOfString + 1];
    private static readonly uint[] Codes = new uint[EndOfString + 1];

    static HuffmanCode()
    {
        int code = 0;
        int place = 0;
        for (int length = 1; length <= MaxLength; length++, code <<= 1)
        {
            (FirstCode[length], FirstPlace[length]) = (code, place);
            for (short symbol = 0; symbol <= EndOfString; symbol++)
            {
                if (Lengths[symbol] != length) continue;
                Symbols[place++] = symbol;
                Codes[symbol] = (uint)code++;
            }
        }
        FirstPlace[MaxLength + 1] = place;
    }

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    /// <summary>How many bytes a text takes in this code.</summary>
    public static int EncodedBytes(ReadOnlySpan<byte> text)
    {
        int bits = 0;
        foreach (byte symbol in text) bits += Lengths[symbol];
        return (bits + 7) / 8;
    }

    /// <summary>Writes exactly <see cref="EncodedBytes"/> bytes.</summary>
    public static void Encode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        ulong held = 0;
        int bits = 0;
        int at = 0;
        foreach (byte symbol in text)
        {
            held = (held << Lengths[symbol]) | Codes[symbol];
            for (bits += Lengths[symbol]; bits >= 8; bits -= 8) destination[at++] = (byte)(held >> (bits - 8));
        }
        // The end is filled up with ones, the beginning of the end-of-string code.
        if (bits > 0) destination[at] = (byte)((held << (8 - bits)) | (0xFFu >> bits));
    }

    /// <summary>Every code has five bits or more: room for <c>source.Length * 8 / 5</c> bytes is enough. Negative: not this code.</summary>
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int count = 0;
        int code = 0;
        int length = 0;
        bool onlyOnes = true;
        foreach (byte octet in source)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                int value = (octet >> bit) & 1;
                code = (code << 1) | value;
                onlyOnes &= value == 1;
                if (++length > MaxLength) return -1;
                if (SymbolOf(code, length) is not (>= 0 and int symbol)) continue;
                if (symbol == EndOfString) return -1;
                destination[count++] = (byte)symbol;
                (code, length, onlyOnes) = (0, 0, true);
            }
        }
        return length < 8 && onlyOnes ? count : -1;
    }

    private static int SymbolOf(int code, int length)
    {
        int offset = code - FirstCode[length];
        int place = FirstPlace[length] + offset;
        return offset >= 0 && place < FirstPlace[length + 1] ? Symbols[place] : -1;
    }
}
