using System.Text;

namespace Hauberk.Net.Tunnel.Hpack;

/// <summary>Writes the few headers of a tunnel. Remembers nothing, so that it owes nothing to the peer's table size.</summary>
internal ref struct HpackEncoder(Span<byte> destination)
{
    /// <summary>Room that is enough for the headers of any stream.</summary>
    public const int MaxBytes = 1024;

    private const int MaxValueBytes = 512;

    // Of a shorter text the code would save a few bytes, and cost both ends more than these.
    private const int PlainBytes = 64;
    private readonly Span<byte> destination = destination;

    public int Length { get; private set; }

    /// <param name="serverName">Null: none is sent.</param>
    public void WriteConnect(string authority, string? serverName = null)
    {
        WriteLiteral(StaticTable.MethodIndex, "CONNECT");
        WriteLiteral(StaticTable.AuthorityIndex, authority);
        if (serverName is null) return;
        destination[Length++] = 0;
        WriteText(ConnectHeaders.ServerName);
        WriteText(serverName);
    }

    public void WriteStatus(int status)
    {
        if (status == 200) destination[Length++] = 0x80 | StaticTable.StatusIndex;
        else WriteLiteral(StaticTable.StatusIndex, status.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A literal with a known name, not to be remembered.</summary>
    private void WriteLiteral(int nameIndex, string value)
    {
        destination[Length++] = (byte)nameIndex;
        WriteText(value);
    }

    private void WriteText(string value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, MaxValueBytes, nameof(value));
        Span<byte> text = stackalloc byte[value.Length];
        Encoding.Latin1.GetBytes(value, text);
        int coded = text.Length <= PlainBytes ? text.Length : HuffmanCode.EncodedBytes(text);
        bool huffman = coded < text.Length;
        WriteInteger(huffman ? 0x80 : 0, 7, huffman ? coded : text.Length);
        Span<byte> room = destination[Length..];
        if (huffman) HuffmanCode.Encode(text, room);
        else text.CopyTo(room);
        Length += huffman ? coded : text.Length;
    }

    private void WriteInteger(int first, int prefixBits, int value)
    {
        int mask = (1 << prefixBits) - 1;
        destination[Length++] = (byte)(first | Math.Min(value, mask));
        if (value < mask) return;
        for (value -= mask; value >= 0x80; value >>= 7) destination[Length++] = (byte)(value | 0x80);
        destination[Length++] = (byte)value;
    }
}
