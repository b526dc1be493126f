using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Native;

/// <summary>A sockaddr_in or sockaddr_in6 as it lies in memory (ip(7), ipv6(7)).</summary>
[InlineArray(Capacity)]
internal struct SocketAddressBytes
{
    public const int Capacity = 28;
    private const int InetLength = 16;
    private byte first;

    /// <summary>How many of the bytes the address uses: 16 for IPv4, 28 for IPv6.</summary>
    public readonly uint Length => (uint)(Family == AF_INET6 ? Capacity : InetLength);

    private readonly int Family => BitConverter.ToUInt16(this[..2]);

    public static SocketAddressBytes From(IPEndPoint endPoint)
    {
        SocketAddressBytes bytes = default;
        Span<byte> span = bytes;
        bool v6 = endPoint.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        BitConverter.TryWriteBytes(span, (ushort)(v6 ? AF_INET6 : AF_INET));
        BinaryPrimitives.WriteUInt16BigEndian(span[2..], (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(span[(v6 ? 8 : 4)..], out _);
        if (v6) BitConverter.TryWriteBytes(span[24..], (uint)endPoint.Address.ScopeId);
        return bytes;
    }

    /// <summary>The endpoint, with an IPv4-mapped IPv6 address given as IPv4; null for another family.</summary>
    public readonly IPEndPoint? ToEndPoint()
    {
        ReadOnlySpan<byte> span = this;
        int port = BinaryPrimitives.ReadUInt16BigEndian(span[2..]);
        if (Family == AF_INET) return new IPEndPoint(new IPAddress(span.Slice(4, 4)), port);
        if (Family != AF_INET6) return null;
        var address = new IPAddress(span.Slice(8, 16), BitConverter.ToUInt32(span[24..]));
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }
}
