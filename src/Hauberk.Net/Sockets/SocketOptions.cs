using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Sockets;

/// <summary>Socket options by name (socket(7), tcp(7), ip(7)).</summary>
internal static unsafe class SocketOptions
{
    public static void Set(int fd, int level, int name, int value)
    {
        if (LibC.SetSockOpt(fd, level, name, &value, sizeof(int)) != 0) throw SystemCallException.ForLastError($"setsockopt({level}, {name})");
    }

    /// <summary>The pending error of a socket, 0 when there is none. Reading it clears it.</summary>
    public static int TakeError(int fd)
    {
        int value = 0;
        uint length = sizeof(int);
        return LibC.GetSockOpt(fd, SOL_SOCKET, SO_ERROR, &value, &length) == 0 ? value : System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
    }

    /// <summary>Makes the coming close send a reset in place of an orderly end.</summary>
    public static void ResetOnClose(int fd)
    {
        long onWithoutDelay = 1; // struct linger { int l_onoff = 1; int l_linger = 0; }
        _ = LibC.SetSockOpt(fd, SOL_SOCKET, SO_LINGER, &onWithoutDelay, sizeof(long));
    }

    /// <summary>What every connection gets: small writes at once, urgent bytes kept in the stream as the application sent them.</summary>
    public static void PrepareConnection(int fd)
    {
        Set(fd, SOL_TCP, TCP_NODELAY, 1);
        Set(fd, SOL_SOCKET, SO_OOBINLINE, 1);
    }

    /// <summary>Probes of the peer.</summary>
    public static void Apply(int fd, TcpLiveness liveness)
    {
        Set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
        Set(fd, SOL_TCP, TCP_KEEPIDLE, InSeconds(liveness.KeepAliveIdleMs));
        Set(fd, SOL_TCP, TCP_KEEPINTVL, InSeconds(liveness.KeepAliveIntervalMs));
        Set(fd, SOL_TCP, TCP_KEEPCNT, liveness.KeepAliveProbes);
        Set(fd, SOL_TCP, TCP_USER_TIMEOUT, liveness.UnacknowledgedTimeoutMs);
    }

    private static int InSeconds(int milliseconds) => Math.Max(1, milliseconds / 1000);
}
