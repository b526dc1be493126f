namespace Hauberk.Net.Tunnel.Frames;

/// <summary>The flags of frames, by their bits on the wire; what a bit means depends on the frame.</summary>
[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>On DATA and HEADERS; on SETTINGS and PING the same bit is the acknowledgement.</summary>
    EndStream = 0x1,
    EndHeaders = 0x4,
    Padded = 0x8,
    Priority = 0x20,
}
