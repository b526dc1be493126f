namespace Hauberk.Net.Tunnel;

/// <summary>
/// What the streams of one loop may have wider windows by, all together, than they begin with: so that what a peer can have held for readers who took
/// much and then stand still is bounded for the loop, however many tunnels and streams it opens.
/// </summary>
internal sealed class WindowRoom
{
    public const int MaxBytes = 128 * 1024 * 1024;

    public int TakenBytes { get; private set; }

    /// <returns>As much as was asked for, or nothing.</returns>
    public int Take(int bytes)
    {
        if (bytes > MaxBytes - TakenBytes) return 0;
        TakenBytes += bytes;
        return bytes;
    }

    public void GiveBack(int bytes) => TakenBytes -= bytes;
}
