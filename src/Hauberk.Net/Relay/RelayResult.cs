using Hauberk.Net.Channels;

namespace Hauberk.Net.Relay;

/// <summary>How a relay went.</summary>
public sealed record RelayResult
{
    public required RelayEnd End { get; init; }

    /// <summary>The side that ended or broke first; null when this side cut it.</summary>
    public RelaySide? EndedBy { get; init; }

    /// <summary>What broke, when a channel did: a reset, a truncation, a rejected handshake.</summary>
    public ChannelProblem? Problem { get; init; }

    /// <summary>The owner's reason, when it cut the relay.</summary>
    public string? AbortReason { get; init; }

    /// <summary>Bytes read downstream and accepted upstream.</summary>
    public required long BytesToUpstream { get; init; }

    /// <summary>Bytes read upstream and accepted downstream.</summary>
    public required long BytesToDownstream { get; init; }
}
