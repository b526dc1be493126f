using System.Text;

namespace Hauberk.Net.Tls;

/// <summary>Protocol names in the form of the TLS extension: each after a byte with its length (RFC 7301, section 3.1).</summary>
internal static class AlpnList
{
    /// <summary>The wire form, or null when a name is empty, too long or not ASCII.</summary>
    public static byte[]? TryEncode(IReadOnlyList<string> names)
    {
        var wire = new List<byte>();
        foreach (string name in names)
        {
            if (name.Length is 0 or > 255 || !Ascii.IsValid(name)) return null;
            wire.Add((byte)name.Length);
            wire.AddRange(Encoding.ASCII.GetBytes(name));
        }
        return wire.Count <= ushort.MaxValue ? [.. wire] : null;
    }

    /// <summary>The names of a well-formed list; an ill-formed one ends at its first error. Bytes outside ASCII read as '?'.</summary>
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> wire)
    {
        var names = new List<string>();
        while (wire.Length > 1 && wire[0] > 0 && wire[0] < wire.Length)
        {
            names.Add(Encoding.ASCII.GetString(wire.Slice(1, wire[0])));
            wire = wire[(1 + wire[0])..];
        }
        return names;
    }

    /// <summary>Where in <paramref name="offered"/> the first acceptable name begins, by the order of <paramref name="acceptable"/>; -1 for none.</summary>
    public static int Select(ReadOnlySpan<byte> acceptable, ReadOnlySpan<byte> offered)
    {
        for (; acceptable.Length > 0; acceptable = acceptable[(1 + acceptable[0])..])
        {
            ReadOnlySpan<byte> wanted = acceptable[..(1 + acceptable[0])];
            for (int at = 0; at < offered.Length; at += 1 + offered[at])
                if (offered[at..].StartsWith(wanted)) return at + 1;
        }
        return -1;
    }
}
