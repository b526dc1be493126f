using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Hauberk.Identity;

/// <summary>
/// Which roots vouch for which trust domain. Immutable. There is no way to ask it for "all roots": a root can be reached only through the trust
/// domain that it vouches for.
/// </summary>
public sealed class TrustBundleSet
{
    private readonly ImmutableSortedDictionary<string, TrustBundle> byTrustDomain;

    private TrustBundleSet(ImmutableSortedDictionary<string, TrustBundle> byTrustDomain)
    {
        this.byTrustDomain = byTrustDomain;
        Version = Hash(byTrustDomain.Values);
    }

    /// <summary>Trusts nobody.</summary>
    public static TrustBundleSet Empty { get; } = new(ImmutableSortedDictionary.Create<string, TrustBundle>(StringComparer.Ordinal));

    /// <summary>SHA-256 of the contents, 64 hexadecimal digits: equal exactly when the same roots vouch for the same trust domains.</summary>
    public string Version { get; }

    /// <summary>Ordered by trust domain.</summary>
    public IEnumerable<TrustBundle> Bundles => byTrustDomain.Values;

    public static TrustBundleSet Of(params IEnumerable<TrustBundle> bundles)
    {
        ArgumentNullException.ThrowIfNull(bundles);
        var set = Empty.byTrustDomain.ToBuilder();
        foreach (var bundle in bundles)
            set.Add(bundle.TrustDomain.Name, bundle);
        return new TrustBundleSet(set.ToImmutable());
    }

    /// <summary>The set with this bundle in place of the one of the same trust domain, if there was one.</summary>
    public TrustBundleSet With(TrustBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        return new TrustBundleSet(byTrustDomain.SetItem(bundle.TrustDomain.Name, bundle));
    }

    public bool TryGet(TrustDomain trustDomain, [NotNullWhen(true)] out TrustBundle? bundle)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        return byTrustDomain.TryGetValue(trustDomain.Name, out bundle);
    }

    private static string Hash(IEnumerable<TrustBundle> bundles)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var bundle in bundles)
        {
            // A trust domain has no newline and a digest has a fixed length, so two sets never hash the same text.
            hash.AppendData(Encoding.ASCII.GetBytes($"{bundle.TrustDomain}\n{bundle.Roots.Count}\n"));
            foreach (var root in bundle.Roots)
                hash.AppendData(SHA256.HashData(root.Span));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
