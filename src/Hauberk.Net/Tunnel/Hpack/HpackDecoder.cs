using Hauberk.Net.Tunnel.Frames;

namespace Hauberk.Net.Tunnel.Hpack;

/// <summary>Turns header blocks of one connection, in their order, into fields.</summary>
/// <param name="maxTableBytes">The dynamic table's bound, as our SETTINGS say.</param>
/// <param name="maxListBytes">
/// The bound of one block's fields, each counted with 32 bytes more: small blocks can unfold to large lists.
/// </param>
internal sealed class HpackDecoder(int maxTableBytes, int maxListBytes)
{
    public const int DefaultTableBytes = 4096;

    private readonly DynamicTable table = new(maxTableBytes);

    /// <summary>After an error the connection's state is lost: it must end with that error.</summary>
    public Http2Error Decode(ReadOnlySpan<byte> block, List<HeaderField> fields)
    {
        var reader = new HpackReader(block);
        int listBytes = 0;
        while (!reader.IsEmpty)
        {
            if ((reader.Next & 0xE0) == 0x20)
            {
                // A change of size comes before the fields only (RFC 7541, section 4.2).
                if (fields.Count > 0 || !reader.TryReadInteger(5, out int bytes) || !table.TryLimit(bytes)) return Http2Error.Compression;
                continue;
            }
            if (!TryReadField(ref reader, out HeaderField field)) return Http2Error.Compression;
            listBytes += field.Bytes;
            if (listBytes > maxListBytes) return Http2Error.EnhanceYourCalm;
            fields.Add(field);
        }
        return Http2Error.None;
    }

    private bool TryReadField(ref HpackReader reader, out HeaderField field)
    {
        field = default;
        byte first = reader.Next;
        if ((first & 0x80) != 0) return reader.TryReadInteger(7, out int index) && TryFind(index, out field);
        bool remember = (first & 0xC0) == 0x40;
        if (!reader.TryReadInteger(remember ? 6 : 4, out int nameIndex)) return false;
        string name;
        if (nameIndex == 0)
        {
            if (!reader.TryReadString(out name)) return false;
        }
        else
        {
            if (!TryFind(nameIndex, out HeaderField known)) return false;
            name = known.Name;
        }
        if (!reader.TryReadString(out string value)) return false;
        field = new HeaderField(name, value);
        if (remember) table.Add(field);
        return true;
    }

    private bool TryFind(int index, out HeaderField field)
    {
        field = default;
        if (index == 0) return false;
        if (index > StaticTable.Count) return table.TryGet(index - StaticTable.Count - 1, out field);
        field = StaticTable.At(index);
        return true;
    }
}
