using System.Net;
using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Sockets;

internal static unsafe class SocketAddresses
{
    public static IPEndPoint Local(int fd)
    {
        SocketAddressBytes bytes = default;
        uint length = SocketAddressBytes.Capacity;
        return LibC.GetSockName(fd, &bytes, &length) == 0 && bytes.ToEndPoint() is { } address
            ? address
            : throw SystemCallException.ForLastError("getsockname");
    }

    public static IPEndPoint Remote(int fd)
    {
        SocketAddressBytes bytes = default;
        uint length = SocketAddressBytes.Capacity;
        return LibC.GetPeerName(fd, &bytes, &length) == 0 && bytes.ToEndPoint() is { } address
            ? address
            : throw SystemCallException.ForLastError("getpeername");
    }

    /// <summary>The destination before redirection (SO_ORIGINAL_DST); null when the connection tracker knows of none or of no change.</summary>
    public static IPEndPoint? OriginalDestination(int fd, IPEndPoint local)
    {
        SocketAddressBytes bytes = default;
        uint length = SocketAddressBytes.Capacity;
        int level = local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? SOL_IP : SOL_IPV6;
        if (LibC.GetSockOpt(fd, level, SO_ORIGINAL_DST, &bytes, &length) != 0) return null;
        IPEndPoint? original = bytes.ToEndPoint();
        return local.Equals(original) ? null : original;
    }
}
