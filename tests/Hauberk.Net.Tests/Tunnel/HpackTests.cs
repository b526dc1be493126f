using System.Text;
using CsCheck;
using Hauberk.Net.Tunnel;
using Hauberk.Net.Tunnel.Frames;
using Hauberk.Net.Tunnel.Hpack;

namespace Hauberk.Net.Tests.Tunnel;

public sealed class HpackTests
{
    private const int ListBytes = 16 * 1024;

    [Fact]
    public void The_examples_of_the_RFC_decode_on_one_connection()
    {
        // RFC 7541, appendix C.4: Huffman, incremental indexing, and references to what was remembered.
        var decoder = new HpackDecoder(HpackDecoder.DefaultTableBytes, ListBytes);
        Assert.Equal(":method=GET :scheme=http :path=/ :authority=www.example.com", Decode(decoder, "828684418cf1e3c2e5f23a6ba0ab90f4ff"));
        Assert.Equal(":method=GET :scheme=http :path=/ :authority=www.example.com cache-control=no-cache", Decode(decoder, "828684be5886a8eb10649cbf"));
        Assert.Equal(
            ":method=GET :scheme=https :path=/index.html :authority=www.example.com custom-key=custom-value",
            Decode(decoder, "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"));
    }

    [Fact]
    public void A_small_table_forgets_the_oldest_as_in_the_RFC()
    {
        // RFC 7541, appendix C.6: a table of 256 bytes.
        var decoder = new HpackDecoder(256, ListBytes);
        Decode(decoder, "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3");
        Assert.Equal(
            ":status=307 cache-control=private date=Mon, 21 Oct 2013 20:13:21 GMT location=https://www.example.com",
            Decode(decoder, "4883640effc1c0bf"));
    }

    [Fact]
    public void What_we_write_says_the_same_when_read() => Gen.Char['!', '~'].Array[1, 250].Sample(symbols =>
    {
        string authority = new(symbols);
        Span<byte> block = stackalloc byte[HpackEncoder.MaxBytes];
        var encoder = new HpackEncoder(block);
        encoder.WriteConnect(authority);
        Assert.Equal(authority, ConnectHeaders.ReadRequest(Read(block[..encoder.Length])));
    });

    [Theory, InlineData(200), InlineData(400), InlineData(401), InlineData(503)]
    public void A_status_says_the_same_when_read(int status)
    {
        Span<byte> block = stackalloc byte[HpackEncoder.MaxBytes];
        var encoder = new HpackEncoder(block);
        encoder.WriteStatus(status);
        Assert.Equal(status, ConnectHeaders.ReadStatus(Read(block[..encoder.Length])));
    }

    [Fact]
    public void Huffman_coding_is_undone_by_decoding() => Gen.Byte.Array[0, 300].Sample(text =>
    {
        var coded = new byte[HuffmanCode.EncodedBytes(text)];
        HuffmanCode.Encode(text, coded);
        var decoded = new byte[(coded.Length * 8 / 5) + 1];
        int count = HuffmanCode.Decode(coded, decoded);
        Assert.Equal(text, decoded[..count]);
    });

    [Theory]
    [InlineData(null)]
    [InlineData("outbound_.80_._.orders.shop.svc.cluster.local")]
    public void A_server_name_travels_with_its_request(string? name)
    {
        Span<byte> block = stackalloc byte[HpackEncoder.MaxBytes];
        var encoder = new HpackEncoder(block);
        encoder.WriteConnect("10.0.0.1:80", name);
        List<HeaderField> fields = Read(block[..encoder.Length]);
        Assert.Equal(("10.0.0.1:80", name), (ConnectHeaders.ReadRequest(fields), ConnectHeaders.ReadServerName(fields)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a", "b")]
    [InlineData("a", "a")]
    public void A_server_name_that_is_empty_or_said_twice_is_malformed(params string[] names)
    {
        var fields = new List<HeaderField> { new(":method", "CONNECT"), new(":authority", "10.0.0.1:80") };
        fields.AddRange(names.Select(name => new HeaderField(ConnectHeaders.ServerName, name)));
        Assert.Null(ConnectHeaders.ReadRequest(fields));
    }

    [Fact]
    public void Arbitrary_blocks_never_throw_and_stay_within_the_bound() => Gen.Byte.Array[0, 400].Array[1, 6].Sample(blocks =>
    {
        var decoder = new HpackDecoder(HpackDecoder.DefaultTableBytes, ListBytes);
        foreach (byte[] block in blocks)
        {
            var fields = new List<HeaderField>();
            Http2Error error = decoder.Decode(block, fields);
            Assert.True(fields.Sum(field => field.Bytes) <= ListBytes);
            if (error != Http2Error.None) return;
            ConnectHeaders.ReadRequest(fields);
            ConnectHeaders.ReadStatus(fields);
        }
    });

    [Fact]
    public void A_block_that_unfolds_without_bound_is_stopped()
    {
        var decoder = new HpackDecoder(HpackDecoder.DefaultTableBytes, ListBytes);
        // One field of 3 KiB that is remembered, then a byte for each time that it counts again.
        byte[] value = Encoding.ASCII.GetBytes(new string('x', 3000));
        byte[] bomb = [0x40, 1, (byte)'a', 0x7F, 0xB9, 0x16, .. value, .. Enumerable.Repeat((byte)0xBE, 5000)];
        var fields = new List<HeaderField>();
        Assert.Equal(Http2Error.EnhanceYourCalm, decoder.Decode(bomb, fields));
        Assert.True(fields.Count < 10);
    }

    [Theory]
    [InlineData("80")] // index 0
    [InlineData("be")] // nothing remembered
    [InlineData("ffffffffff7f")] // a number without end
    [InlineData("4103")] // a string that is cut off
    [InlineData("823f")] // a size change after a field
    [InlineData("3fe2ff03")] // a table larger than allowed
    [InlineData("4181ff1f")] // Huffman padding of eight ones, and a rest
    [InlineData("4184ffffffff")] // the end-of-string symbol
    public void Malformed_blocks_are_refused(string block) =>
        Assert.Equal(Http2Error.Compression, new HpackDecoder(HpackDecoder.DefaultTableBytes, ListBytes).Decode(Convert.FromHexString(block), []));

    [Theory]
    [InlineData("a path", ":method=CONNECT", ":authority=a:1", ":path=/")]
    [InlineData("no authority", ":method=CONNECT")]
    [InlineData("two authorities", ":method=CONNECT", ":authority=a:1", ":authority=b:1")]
    [InlineData("a pseudo-header after a header", ":method=CONNECT", "x=y", ":authority=a:1")]
    [InlineData("upper case", ":method=CONNECT", ":authority=a:1", "Via=y")]
    [InlineData("a line break", ":method=CONNECT", ":authority=a:1\r\nx")]
    public void A_malformed_request_is_no_request(string what, params string[] fields) =>
        Assert.True(ConnectHeaders.ReadRequest([.. fields.Select(Field)]) is null, what);

    private static HeaderField Field(string text) => new(text[..text.IndexOf('=', 1)], text[(text.IndexOf('=', 1) + 1)..]);

    private static List<HeaderField> Read(ReadOnlySpan<byte> block)
    {
        var fields = new List<HeaderField>();
        Assert.Equal(Http2Error.None, new HpackDecoder(HpackDecoder.DefaultTableBytes, ListBytes).Decode(block, fields));
        return fields;
    }

    private static string Decode(HpackDecoder decoder, string block)
    {
        var fields = new List<HeaderField>();
        Assert.Equal(Http2Error.None, decoder.Decode(Convert.FromHexString(block), fields));
        return string.Join(' ', fields.Select(field => $"{field.Name}={field.Value}"));
    }
}
