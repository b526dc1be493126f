using System.Security.Cryptography;
using Google.Protobuf;

namespace Hauberk.ControlPlane.Registry;

/// <summary>A message ready to send. Its version follows from its bytes alone, so it is the same after a restart of the control plane.</summary>
internal sealed record VersionedResource(string Version, ByteString Bytes)
{
    private const int VersionBytes = 12;

    public static VersionedResource Of(IMessage message)
    {
        var bytes = message.ToByteArray();
        return new(Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, VersionBytes)), UnsafeByteOperations.UnsafeWrap(bytes));
    }
}
