using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hauberk.Identity;

/// <summary>
/// Remembers accepted chains, because decoding one costs about a millisecond. Keyed by SHA-256 over every byte of the chain and the role; an
/// entry dies with its validity and with the bundle version it was verified under. Refusals are not remembered. Bounded (the least
/// recently used goes first) and safe for any number of threads.
/// </summary>
public sealed class VerifiedChainCache(int capacity = 4096)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, PeerVerification Verification)>> entries = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, PeerVerification Verification)> byUse = new();
    private string version = TrustBundleSet.Empty.Version;

    public int Capacity { get; } = capacity > 0 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity));

    public int Count
    {
        get
        {
            lock (gate)
                return entries.Count;
        }
    }

    /// <summary>Answers exactly what <see cref="PeerVerifier.Verify"/> would.</summary>
    public PeerVerification Verify(
        IReadOnlyList<ReadOnlyMemory<byte>> chainDer, TrustBundleSet bundles, PeerRole role, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(chainDer);
        ArgumentNullException.ThrowIfNull(bundles);
        if (chainDer.Count > PeerVerifier.MaxChainLength || chainDer.Any(static der => der.Length > CertificateDecoder.MaxBytes))
            return PeerVerifier.Verify(chainDer, bundles, role, now);
        var key = Key(chainDer, role);
        if (Find(key, bundles.Version, now) is { } known)
            return known;
        var verification = PeerVerifier.Verify(chainDer, bundles, role, now);
        if (verification.IsAccepted)
            Add(key, bundles.Version, verification);
        return verification;
    }

    private PeerVerification? Find(string key, string bundleVersion, DateTimeOffset now)
    {
        lock (gate)
        {
            if (bundleVersion != version || !entries.TryGetValue(key, out var entry))
                return null;
            byUse.Remove(entry);
            if (now < entry.Value.Verification.NotBefore || now >= entry.Value.Verification.NotAfter)
            {
                entries.Remove(key);
                return null;
            }
            byUse.AddFirst(entry);
            return entry.Value.Verification;
        }
    }

    private void Add(string key, string bundleVersion, PeerVerification verification)
    {
        lock (gate)
        {
            if (bundleVersion != version)
                Clear(bundleVersion);
            if (entries.ContainsKey(key))
                return;
            if (entries.Count == Capacity)
            {
                entries.Remove(byUse.Last!.Value.Key);
                byUse.RemoveLast();
            }
            entries.Add(key, byUse.AddFirst((key, verification)));
        }
    }

    private void Clear(string bundleVersion)
    {
        entries.Clear();
        byUse.Clear();
        version = bundleVersion;
    }

    private static string Key(IReadOnlyList<ReadOnlyMemory<byte>> chainDer, PeerRole role)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, (int)role);
        hash.AppendData(number);
        foreach (var der in chainDer)
        {
            // With lengths, no two chains are the same text.
            BinaryPrimitives.WriteInt32LittleEndian(number, der.Length);
            hash.AppendData(number);
            hash.AppendData(der.Span);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
