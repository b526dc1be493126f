namespace Hauberk.Net.Tunnel.Frames;

/// <summary>What can be said of a frame by its header alone.</summary>
internal static class FrameRules
{
    /// <summary>How the connection must end for this frame; None: it need not.</summary>
    public static Http2Error Check(FrameHeader header)
    {
        if (IsOfStream(header.Type) is { } ofStream && ofStream != (header.StreamId != 0)) return Http2Error.Protocol;
        return HasRightLength(header) ? Http2Error.None : Http2Error.FrameSize;
    }

    /// <summary>Null: either will do.</summary>
    private static bool? IsOfStream(FrameType type) => type switch
    {
        FrameType.Data or FrameType.Headers or FrameType.Priority or FrameType.ResetStream => true,
        FrameType.PushPromise or FrameType.Continuation => true,
        FrameType.Settings or FrameType.Ping or FrameType.GoAway => false,
        _ => null,
    };

    private static bool HasRightLength(FrameHeader header) => header.Type switch
    {
        FrameType.Data => !header.Has(FrameFlags.Padded) || header.Length >= 1,
        FrameType.Settings => header.IsAck ? header.Length == 0 : header.Length % 6 == 0,
        FrameType.Ping => header.Length == 8,
        FrameType.GoAway => header.Length >= 8,
        FrameType.ResetStream or FrameType.WindowUpdate => header.Length == 4,
        FrameType.Priority => header.Length == 5,
        _ => true,
    };
}
