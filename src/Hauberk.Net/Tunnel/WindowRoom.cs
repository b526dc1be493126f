namespace Hauberk.Net.Tunnel;

/// <summary>
/// What the streams of one loop may have wider windows by, all together, than they begin with: so that what a peer can have held for readers who took
/// much and then stand still is bounded for the loop, however many tunnels and streams it opens. Each tunnel has a share of it, so that none leaves
/// nothing to the others.
/// </summary>
/// <param name="whole">What this is a tunnel's share of; null: it is the loop's.</param>
internal sealed class WindowRoom(WindowRoom? whole = null)
{
    public const int MaxBytes = 128 * 1024 * 1024;
    public const int MaxShareBytes = MaxBytes / 8;

    private readonly int maxBytes = whole is null ? MaxBytes : MaxShareBytes;

    public int TakenBytes { get; private set; }

    /// <returns>As much as was asked for, or nothing.</returns>
    public int Take(int bytes)
    {
        if (bytes > maxBytes - TakenBytes || whole?.Take(bytes) < bytes) return 0;
        TakenBytes += bytes;
        return bytes;
    }

    public void GiveBack(int bytes)
    {
        TakenBytes -= bytes;
        whole?.GiveBack(bytes);
    }
}
