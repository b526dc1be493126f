using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity;

/// <summary>
/// A path from a leaf to a root of one bundle. <see cref="X509Chain"/> finds it and checks signatures, constraints and usages; what it
/// answered is then held against our own rules, so that neither alone decides.
/// </summary>
internal sealed class CertificatePath : IDisposable
{
    private static readonly (X509ChainStatusFlags Flags, IdentityProblemCode Code)[] Codes =
    [
        (X509ChainStatusFlags.NotSignatureValid, IdentityProblemCode.BadSignature),
        (X509ChainStatusFlags.InvalidNameConstraints | X509ChainStatusFlags.HasNotSupportedNameConstraint
            | X509ChainStatusFlags.HasNotDefinedNameConstraint | X509ChainStatusFlags.HasNotPermittedNameConstraint
            | X509ChainStatusFlags.HasExcludedNameConstraint, IdentityProblemCode.NameConstraintViolated),
        // That every issuer is an authority was checked before, so what is left of basic constraints is the path length.
        (X509ChainStatusFlags.InvalidBasicConstraints, IdentityProblemCode.PathLengthExceeded),
        (X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot, IdentityProblemCode.UntrustedRoot),
        (X509ChainStatusFlags.HasNotSupportedCriticalExtension, IdentityProblemCode.UnknownCriticalExtension),
        (X509ChainStatusFlags.NotValidForUsage, IdentityProblemCode.WrongExtendedKeyUsage),
    ];

    private readonly X509Chain chain;
    private readonly bool built;
    private readonly IReadOnlyList<PeerRole> roles;
    private readonly HashSet<string> presented;

    private CertificatePath(X509Chain chain, bool built, IReadOnlyList<PeerRole> roles, IEnumerable<X509Certificate2> presented)
    {
        this.chain = chain;
        this.built = built;
        this.roles = roles;
        this.presented = [.. presented.Select(Digest)];
    }

    public DateTimeOffset NotBefore => Elements.Max(CertificateRules.NotBefore);

    public DateTimeOffset NotAfter => Elements.Min(CertificateRules.NotAfter);

    public IEnumerable<X509Certificate2> Elements => chain.ChainElements.Select(static e => e.Certificate);

    public static CertificatePath Build(
        IReadOnlyList<X509Certificate2> presented, TrustBundle bundle, DateTimeOffset now, params IReadOnlyList<PeerRole> roles)
    {
        var chain = new X509Chain();
        try
        {
            chain.ChainPolicy = Policy(presented, bundle, now, roles);
            return new CertificatePath(chain, chain.Build(presented[0]), roles, presented);
        }
        catch
        {
            Dispose(chain);
            throw;
        }
    }

    /// <summary>Null if the path holds.</summary>
    /// <param name="bundle">Whose roots may end the path.</param>
    /// <param name="now">The time to judge validity at.</param>
    /// <param name="minLength">2 for a peer, which is never a root; 1 for an authority, which may be.</param>
    public IdentityProblem? Check(TrustBundle bundle, DateTimeOffset now, int minLength)
    {
        var roots = bundle.Certificates.Select(Digest).ToHashSet();
        var elements = Elements.ToList();
        if (elements.Count < minLength || !roots.Contains(Digest(elements[^1])))
            return Failure() is { Code: not IdentityProblemCode.ChainNotVerified } failure ? failure : Untrusted(bundle);
        // X509Chain may complete a path from the user's store of intermediates; only what was presented counts.
        if (elements.SkipLast(1).FirstOrDefault(e => !presented.Contains(Digest(e))) is { } stranger)
            return new(IdentityProblemCode.UntrustedRoot, $"{CertificateRules.Name(stranger)} was not presented by the peer");
        return CheckPathLengths(elements) ?? CheckRoot(elements[^1], now) ?? Failure();
    }

    private static X509ChainPolicy Policy(
        IEnumerable<X509Certificate2> presented, TrustBundle bundle, DateTimeOffset now, IEnumerable<PeerRole> roles)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            // Identities live for hours and the mesh distributes revocations itself; nothing here may reach for the network.
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTime = now.UtcDateTime,
            VerificationTimeIgnored = false,
            VerificationFlags = X509VerificationFlags.NoFlag,
        };
        policy.CustomTrustStore.AddRange(bundle.Certificates.ToArray());
        policy.ExtraStore.AddRange(presented.Skip(1).ToArray());
        foreach (var role in roles)
            policy.ApplicationPolicy.Add(new Oid(CertificateRules.DemandedUsage(role)));
        return policy;
    }

    private IdentityProblem? CheckRoot(X509Certificate2 root, DateTimeOffset now) =>
        CertificateRules.CheckValidity(root, now)
        ?? roles.Select(role => CertificateRules.CheckAuthorityUsage(root, role)).FirstOrDefault(static problem => problem is not null);

    /// <summary>RFC 5280, section 4.2.1.9: self-issued authorities do not count, nor does a leaf.</summary>
    private static IdentityProblem? CheckPathLengths(List<X509Certificate2> elements)
    {
        var below = 0;
        foreach (var authority in elements.Where(CertificateRules.IsAuthority))
        {
            if (CertificateRules.Extension<X509BasicConstraintsExtension>(authority) is { HasPathLengthConstraint: true } constraint
                && below > constraint.PathLengthConstraint)
            {
                return new(IdentityProblemCode.PathLengthExceeded,
                    $"{CertificateRules.Name(authority)} allows {constraint.PathLengthConstraint} authorities below it and has {below}");
            }
            if (!CertificateRules.IsSelfIssued(authority))
                below++;
        }
        return null;
    }

    private IdentityProblem? Failure()
    {
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status);
        if (built && status == X509ChainStatusFlags.NoError)
            return null;
        var code = Codes.FirstOrDefault(c => (c.Flags & status) != 0).Code;
        return new(code == 0 ? IdentityProblemCode.ChainNotVerified : code, $"the chain does not verify: {status}");
    }

    private static IdentityProblem Untrusted(TrustBundle bundle) =>
        new(IdentityProblemCode.UntrustedRoot, $"the chain does not end in a root of the trust domain {bundle.TrustDomain}");

    private static string Digest(X509Certificate2 certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);

    public void Dispose() => Dispose(chain);

    /// <summary>Disposing the chain leaves its elements, each a native certificate, to the finalizer.</summary>
    private static void Dispose(X509Chain chain)
    {
        foreach (var element in chain.ChainElements)
            element.Certificate.Dispose();
        chain.Dispose();
    }
}
