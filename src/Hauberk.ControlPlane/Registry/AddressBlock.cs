using System.Globalization;
using System.Net;

namespace Hauberk.ControlPlane.Registry;

/// <summary>An address or a CIDR block, in one form however it was written: IPv4 in IPv6 is IPv4, and bits beyond the prefix are not looked at.</summary>
internal readonly record struct AddressBlock
{
    private readonly IPNetwork network;

    private AddressBlock(IPNetwork network) => this.network = network;

    /// <summary>More than one address.</summary>
    public bool IsRange => network.PrefixLength < WidthOf(network.BaseAddress);

    /// <summary>Null where the text is neither.</summary>
    public static AddressBlock? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address)) return null;
        var length = WidthOf(address);
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > WidthOf(address))) return null;
        if (!address.IsIPv4MappedToIPv6) return new(new IPNetwork(Masked(address, length), length));
        length -= 96;
        return length < 0 ? null : new(new IPNetwork(Masked(address.MapToIPv4(), length), length));
    }

    public static AddressBlock Of(IPNetwork network) => new(network);

    public bool Overlaps(AddressBlock other) => network.Contains(other.network.BaseAddress) || other.network.Contains(network.BaseAddress);

    /// <summary>An address without a prefix length, or a block with one.</summary>
    public override string ToString() => IsRange ? network.ToString() : network.BaseAddress.ToString();

    private static int WidthOf(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128;

    private static IPAddress Masked(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xff00 >> Math.Clamp(length - 8 * i, 0, 8));
        return new IPAddress(bytes);
    }
}
