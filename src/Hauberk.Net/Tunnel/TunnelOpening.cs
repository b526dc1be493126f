using System.Diagnostics.CodeAnalysis;
using Hauberk.Net.Channels;

namespace Hauberk.Net.Tunnel;

/// <summary>What became of a CONNECT: a stream, the server's refusal, or neither.</summary>
public sealed record TunnelOpening
{
    /// <summary>Set when the server answered 200.</summary>
    public TunnelChannel? Stream { get; private init; }

    /// <summary>The server's answer; 0 without one.</summary>
    public int Status { get; private init; }

    /// <summary>Why no answer came; null with one.</summary>
    public ChannelProblem? Problem { get; private init; }

    /// <summary>Nothing of the application has been sent and the server has not refused: another tunnel may be tried.</summary>
    public bool CanRetry { get; private init; }

    [MemberNotNullWhen(true, nameof(Stream))]
    public bool IsOpen => Stream is not null;

    internal static TunnelOpening Opened(TunnelChannel stream) => new() { Stream = stream, Status = 200 };

    internal static TunnelOpening Refused(int status) => new() { Status = status };

    internal static TunnelOpening Failed(ChannelProblem problem, bool canRetry) => new() { Problem = problem, CanRetry = canRetry };
}
