namespace Hauberk.Net.Native;

/// <summary>Numbers of the Linux system-call interface; the same on x86-64 and arm64.</summary>
internal static class LinuxConstants
{
    public const int AF_INET = 2, AF_INET6 = 10;
    public const int SOCK_STREAM = 1, SOCK_NONBLOCK = 0x800, SOCK_CLOEXEC = 0x80000;

    public const int SOL_IP = 0, SOL_SOCKET = 1, SOL_TCP = 6, SOL_IPV6 = 41;
    public const int SO_REUSEADDR = 2, SO_ERROR = 4, SO_KEEPALIVE = 9, SO_OOBINLINE = 10, SO_LINGER = 13, SO_REUSEPORT = 15, SO_MARK = 36;
    public const int IP_BIND_ADDRESS_NO_PORT = 24, SO_ORIGINAL_DST = 80;
    public const int IPV6_V6ONLY = 26;
    public const int TCP_NODELAY = 1, TCP_KEEPIDLE = 4, TCP_KEEPINTVL = 5, TCP_KEEPCNT = 6, TCP_USER_TIMEOUT = 18;

    public const int MSG_PEEK = 2, MSG_NOSIGNAL = 0x4000;
    public const int SHUT_WR = 1;

    public const int EINTR = 4, EAGAIN = 11, ENOMEM = 12, ENFILE = 23, EMFILE = 24, EPIPE = 32;
    public const int ENETUNREACH = 101, ECONNABORTED = 103, ECONNRESET = 104, ENOBUFS = 105, ETIMEDOUT = 110, ECONNREFUSED = 111;
    public const int EHOSTUNREACH = 113, EINPROGRESS = 115;

    public const int EPOLL_CTL_ADD = 1, EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 1, EPOLLPRI = 2, EPOLLOUT = 4, EPOLLERR = 8, EPOLLHUP = 16, EPOLLRDHUP = 0x2000, EPOLLET = 1u << 31;
    public const int EPOLL_CLOEXEC = 0x80000, EFD_CLOEXEC = 0x80000, EFD_NONBLOCK = 0x800;
}
