namespace Hauberk.CertificateAuthority.Journal;

/// <summary>The serial numbers of certificates that have not expired; those that have are forgotten, so that memory follows what is in use.</summary>
internal sealed class LiveSerials
{
    private readonly HashSet<string> serials = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> byExpiry = new();

    public int Count => serials.Count;

    /// <summary>False if the serial number is in use.</summary>
    public bool TryAdd(IssuanceRecord record)
    {
        while (byExpiry.TryPeek(out var oldest, out var expiry) && expiry < record.At)
        {
            byExpiry.Dequeue();
            serials.Remove(oldest);
        }
        if (!serials.Add(record.Serial))
            return false;
        byExpiry.Enqueue(record.Serial, record.NotAfter);
        return true;
    }
}
