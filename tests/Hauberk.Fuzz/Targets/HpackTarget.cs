using System.Text;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;
using Hauberk.Net.Tunnel.Hpack;

namespace Hauberk.Fuzz.Targets;

/// <summary>Header blocks of one connection, each after its length in one byte; then the input itself as a text to write and read back.</summary>
internal sealed class HpackTarget : IFuzzTarget
{
    private const int MaxListBytes = 1024;
    private const int MaxTableBytes = 256;

    public string Name => "hpack";

    public void Fuzz(ReadOnlySpan<byte> input)
    {
        DecodeAll(input);
        var text = input[..Math.Min(input.Length, 512)];
        RoundTripHuffman(text);
        RoundTripAuthority(Encoding.Latin1.GetString(text[..Math.Min(text.Length, 256)]));
    }

    private static void DecodeAll(ReadOnlySpan<byte> input)
    {
        var decoder = new HpackDecoder(MaxTableBytes, MaxListBytes);
        while (!input.IsEmpty)
        {
            var block = input.Slice(1, Math.Min(input[0], input.Length - 1));
            input = input[(1 + block.Length)..];
            var fields = new List<HeaderField>();
            var error = decoder.Decode(block, fields);
            PropertyBrokenException.Unless(fields.Sum(field => field.Bytes) <= MaxListBytes, "no more fields than allowed are kept");
            if (error != Http2Error.None) return;
            ConnectHeaders.ReadStatus(fields);
            if (ConnectHeaders.ReadRequest(fields) is { Length: > 0 } authority) RoundTripAuthority(authority);
            PropertyBrokenException.Unless(Decode(Literals(fields)).SequenceEqual(fields), "fields written as literals read the same");
        }
    }

    /// <summary>Literals with new names, never indexed: what any encoder may write (RFC 7541, section 6.2.3).</summary>
    private static byte[] Literals(List<HeaderField> fields)
    {
        var bytes = new List<byte>();
        foreach (var field in fields)
        {
            bytes.Add(0x10);
            Add(bytes, field.Name);
            Add(bytes, field.Value);
        }
        return [.. bytes];
    }

    private static void Add(List<byte> bytes, string text)
    {
        // Numbers of seven bits: what does not fit follows, seven bits at a time, the lowest first.
        bytes.Add((byte)Math.Min(text.Length, 127));
        if (text.Length >= 127)
        {
            var rest = text.Length - 127;
            for (; rest >= 128; rest >>= 7) bytes.Add((byte)(rest | 128));
            bytes.Add((byte)rest);
        }
        bytes.AddRange(Encoding.Latin1.GetBytes(text));
    }

    private static void RoundTripAuthority(string authority)
    {
        Span<byte> block = stackalloc byte[HpackEncoder.MaxBytes];
        var encoder = new HpackEncoder(block);
        encoder.WriteConnect(authority);
        PropertyBrokenException.Unless(
            Decode(block[..encoder.Length]).SequenceEqual([new(":method", "CONNECT"), new(":authority", authority)]), "a CONNECT reads as it was written");
    }

    private static void RoundTripHuffman(ReadOnlySpan<byte> text)
    {
        Span<byte> coded = new byte[HuffmanCode.EncodedBytes(text)];
        HuffmanCode.Encode(text, coded);
        Span<byte> decoded = new byte[(coded.Length * 8 / 5) + 1];
        PropertyBrokenException.Unless(decoded[..Math.Max(0, HuffmanCode.Decode(coded, decoded))].SequenceEqual(text), "decoding undoes Huffman coding");
        decoded = new byte[(text.Length * 8 / 5) + 1];
        if (HuffmanCode.Decode(text, decoded) is not (>= 0 and var count)) return;
        coded = new byte[HuffmanCode.EncodedBytes(decoded[..count])];
        HuffmanCode.Encode(decoded[..count], coded);
        PropertyBrokenException.Unless(coded.SequenceEqual(text), "what is accepted as Huffman code is the only code of its text");
    }

    private static List<HeaderField> Decode(ReadOnlySpan<byte> block)
    {
        var fields = new List<HeaderField>();
        PropertyBrokenException.Unless(new HpackDecoder(MaxTableBytes, MaxListBytes).Decode(block, fields) == Http2Error.None, "what was written is read");
        return fields;
    }
}
