namespace Hauberk.Net.Tunnel.Frames;

/// <summary>A whole frame, or of DATA and frames of unknown types what has come of it. The payload is good until the next read.</summary>
internal readonly ref struct FramePiece
{
    public FrameHeader Header { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>What this piece takes from the windows: padding counts, too.</summary>
    public int FlowBytes { get; init; }

    /// <summary>Nothing more of this frame follows.</summary>
    public bool EndsFrame { get; init; }
}
