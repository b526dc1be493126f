using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Decision.Authorization;

/// <summary>A CIDR block or a single address. IPv4 written into IPv6 (::ffff:a.b.c.d) is IPv4.</summary>
internal readonly struct AddressRange
{
    private readonly AddressFamily family;
    private readonly UInt128 network;
    private readonly UInt128 mask;

    private AddressRange(AddressFamily family, UInt128 network, UInt128 mask) =>
        (this.family, this.network, this.mask) = (family, network & mask, mask);

    public static bool TryParse(string text, out AddressRange range)
    {
        range = default;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (IpText.Parse(slash < 0 ? text : text[..slash]) is not { } address) return false;
        var (family, bits) = BitsOf(address);
        var width = family == AddressFamily.InterNetwork ? 32 : 128;
        var length = width;
        if (slash >= 0 && !TryParseLength(text.AsSpan(slash + 1), address.IsIPv4MappedToIPv6, out length)) return false;
        if (length > width || length < 0) return false;
        range = new(family, bits, length == 0 ? UInt128.Zero : (UInt128.MaxValue << (width - length)) & (UInt128.MaxValue >> (128 - width)));
        return true;
    }

    public bool Contains(IPAddress address)
    {
        var (addressFamily, bits) = BitsOf(address);
        return addressFamily == family && (bits & mask) == network;
    }

    private static bool TryParseLength(ReadOnlySpan<char> text, bool isMapped, out int length)
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length)) return false;
        if (isMapped) length -= 96;
        return true;
    }

    private static (AddressFamily Family, UInt128 Bits) BitsOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        if (written == 4) return (AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(bytes));
        return address.IsIPv4MappedToIPv6
            ? (AddressFamily.InterNetwork, BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]))
            : (AddressFamily.InterNetworkV6, BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }
}
