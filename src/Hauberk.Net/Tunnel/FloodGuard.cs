namespace Hauberk.Net.Tunnel;

/// <summary>
/// Bounds the frames that cost us something and carry nothing: a peer has an allowance that fills up again with time, and with the bytes
/// that we send it (which it may answer by window updates).
/// </summary>
internal struct FloodGuard(long nowMs)
{
    public const int Allowance = 10_000;

    /// <summary>For a frame that demands an answer or undoes work: pings, settings, streams reset before they were answered.</summary>
    public const int Costly = 10;
    public const int Cheap = 1;

    private const int RefillPerMs = 1;
    private const int PerFrameSent = 2;

    private long left = Allowance;
    private long lastMs = nowMs;

    /// <summary>False: the peer has used up its allowance.</summary>
    public bool TryCharge(int cost, long nowMs)
    {
        left = Math.Min(Allowance, left + ((nowMs - lastMs) * RefillPerMs));
        lastMs = nowMs;
        left -= cost;
        return left >= 0;
    }

    public void FrameSent() => left = Math.Min(Allowance, left + PerFrameSent);
}
