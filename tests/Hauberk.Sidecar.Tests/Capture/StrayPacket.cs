using System.Buffers.Binary;
using System.Net;

namespace Hauberk.Sidecar.Tests.Capture;

/// <summary>A TCP segment that belongs to no connection, with the option of a signature (RFC 2385): the receiver, who cannot check it, drops it unanswered.</summary>
internal static class StrayPacket
{
    private const byte Syn = 0x02;
    private const byte Ack = 0x10;
    private const byte SignatureOption = 19;
    private const int HeaderBytes = 40;

    public static byte[] Between(IPAddress from, ushort fromPort, IPAddress to, ushort toPort) => Make(Ack, from, fromPort, to, toPort);

    public static byte[] Opening(IPAddress from, ushort fromPort, IPAddress to, ushort toPort) => Make(Syn, from, fromPort, to, toPort);

    private static byte[] Make(byte flags, IPAddress from, ushort fromPort, IPAddress to, ushort toPort)
    {
        var segment = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt16BigEndian(segment, fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), toPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), 1);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), 1);
        (segment[12], segment[13]) = (HeaderBytes / 4 << 4, flags);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), 1024);
        (segment[20], segment[21]) = (SignatureOption, 18);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), Checksum(from, to, segment));
        return segment;
    }

    private static ushort Checksum(IPAddress from, IPAddress to, byte[] segment)
    {
        byte[] covered = [.. from.GetAddressBytes(), .. to.GetAddressBytes(), 0, 6, 0, HeaderBytes, .. segment];
        uint sum = 0;
        for (var i = 0; i < covered.Length; i += 2)
            sum += BinaryPrimitives.ReadUInt16BigEndian(covered.AsSpan(i));
        while (sum > 0xffff)
            sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~sum;
    }
}
