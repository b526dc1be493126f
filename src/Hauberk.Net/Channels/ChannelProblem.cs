using Hauberk.Net.Native;
using static Hauberk.Net.Native.LinuxConstants;

namespace Hauberk.Net.Channels;

/// <summary>Why a channel broke.</summary>
public sealed record ChannelProblem(ChannelProblemKind Kind, string Detail)
{
    internal static ChannelProblem Reset { get; } = new(ChannelProblemKind.Reset, "connection reset by peer");

    internal static ChannelProblem Truncated { get; } = new(ChannelProblemKind.Truncated, "connection ended without TLS close_notify");

    internal static ChannelProblem Closed { get; } = new(ChannelProblemKind.Cut, "closed on this side");

    public override string ToString() => $"{Kind}: {Detail}";

    internal static ChannelProblem ForErrno(int errno) => errno switch
    {
        ECONNRESET or EPIPE => Reset,
        ETIMEDOUT or EHOSTUNREACH or ENETUNREACH => new(ChannelProblemKind.TimedOut, SystemCallException.Describe(errno)),
        _ => new(ChannelProblemKind.Socket, SystemCallException.Describe(errno)),
    };
}
