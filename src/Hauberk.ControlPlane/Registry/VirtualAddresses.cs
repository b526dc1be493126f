using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Hauberk.ControlPlane.Registry;

/// <summary>Finds virtual addresses for Services in one IPv4 network. What is taken is for the caller to know; here is no state.</summary>
internal sealed class VirtualAddresses
{
    private readonly uint first;
    private readonly uint count;

    public VirtualAddresses(IPNetwork network)
    {
        if (!IsUsable(network)) throw new ArgumentException($"{network} is not an IPv4 network between /8 and /29", nameof(network));
        Network = network;
        // Neither the network's own address nor its broadcast address.
        first = BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes()) + 1;
        count = (1u << (32 - network.PrefixLength)) - 2;
    }

    public IPNetwork Network { get; }

    public static bool IsUsable(IPNetwork network) =>
        network is { BaseAddress.AddressFamily: AddressFamily.InterNetwork, PrefixLength: >= 8 and <= 29 };

    /// <summary>
    /// The search starts at a place that the name decides: a Service that is deleted and made again tends to get its old address back.
    /// Null: none is left.
    /// </summary>
    public string? FindFree(string name, Func<string, bool> isTaken)
    {
        var start = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) % count;
        for (uint i = 0; i < count; i++)
        {
            var address = AddressAt((start + i) % count);
            if (!isTaken(address)) return address;
        }
        return null;
    }

    private string AddressAt(uint index)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, first + index);
        return new IPAddress(bytes).ToString();
    }
}
