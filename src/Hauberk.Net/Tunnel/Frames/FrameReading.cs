namespace Hauberk.Net.Tunnel.Frames;

internal enum FrameReading
{
    NeedsInput,
    Piece,

    /// <summary>The connection cannot go on: <see cref="FrameReader.Error"/>.</summary>
    Broken,
}
