using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity;

/// <summary>
/// The roots that vouch for one trust domain, and for no other. Immutable; a root that could not vouch for anybody (not self-issued, not an
/// authority, key below the floor) is refused here, its validity is judged at each verification.
/// </summary>
public sealed class TrustBundle
{
    public const int MaxRoots = 64;

    // Parsed once: decoding costs more than checking a signature.
    private readonly ImmutableArray<X509Certificate2> certificates;

    private TrustBundle(TrustDomain trustDomain, ImmutableArray<X509Certificate2> certificates)
    {
        TrustDomain = trustDomain;
        this.certificates = certificates;
        Roots = certificates.Select(static c => (ReadOnlyMemory<byte>)c.RawData).ToImmutableArray();
    }

    public TrustDomain TrustDomain { get; }

    /// <summary>The roots as DER, each once, ordered by SHA-256 so that equal bundles look equal.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Roots { get; }

    internal ImmutableArray<X509Certificate2> Certificates => certificates;

    public static bool TryCreate(
        TrustDomain trustDomain,
        IEnumerable<ReadOnlyMemory<byte>> rootsDer,
        [NotNullWhen(true)] out TrustBundle? bundle,
        [NotNullWhen(false)] out IdentityProblem? problem)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        ArgumentNullException.ThrowIfNull(rootsDer);
        bundle = null;
        var roots = new SortedDictionary<string, X509Certificate2>(StringComparer.Ordinal);
        foreach (var der in rootsDer)
        {
            problem = Add(der, roots);
            if (problem is not null)
                return false;
        }
        problem = roots.Count == 0 ? Invalid($"the bundle of {trustDomain} has no root") : null;
        if (problem is not null)
            return false;
        bundle = new TrustBundle(trustDomain, [.. roots.Values]);
        return true;
    }

    public static bool TryParsePem(
        TrustDomain trustDomain,
        ReadOnlySpan<char> pem,
        [NotNullWhen(true)] out TrustBundle? bundle,
        [NotNullWhen(false)] out IdentityProblem? problem)
    {
        bundle = null;
        return CertificatePem.TryRead(pem, MaxRoots, out var roots, out problem)
            && TryCreate(trustDomain, roots, out bundle, out problem);
    }

    public string ToPem() => CertificatePem.Write(Roots);

    private static IdentityProblem? Add(ReadOnlyMemory<byte> der, SortedDictionary<string, X509Certificate2> roots)
    {
        if (roots.Count == MaxRoots)
            return Invalid($"the bundle has more than {MaxRoots} roots");
        if (!CertificateDecoder.TryDecode(der, out var certificate, out var problem))
            return Invalid(problem.Message);
        problem = Check(certificate);
        if (problem is not null)
            return Invalid(problem.Message);
        roots[Convert.ToHexString(SHA256.HashData(der.Span))] = certificate;
        return null;
    }

    private static IdentityProblem? Check(X509Certificate2 root)
    {
        try
        {
            return CertificateRules.CheckSelfIssued(root) ?? CertificateRules.CheckAuthority(root);
        }
        catch (Exception e) when (CertificateDecoder.IsUnreadable(e))
        {
            // Extensions are decoded only when they are asked for.
            return Invalid($"a root cannot be read: {e.Message}");
        }
    }

    private static IdentityProblem Invalid(string message) => new(IdentityProblemCode.InvalidTrustBundle, message);
}
