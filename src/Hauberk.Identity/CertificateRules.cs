using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity;

/// <summary>
/// What one certificate must be, whoever signed it: the X509-SVID standard, sections 4 and 5, and RFC 5280. Unreadable contents throw
/// <see cref="CryptographicException"/> or <see cref="AsnContentException"/>; the caller turns both into a problem.
/// </summary>
internal static class CertificateRules
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const string AnyExtendedKeyUsage = "2.5.29.37.0";
    private const string SubjectAlternativeName = "2.5.29.17";

    private static readonly HashSet<string> EnforcedExtensions =
    [
        "2.5.29.15", // key usage
        SubjectAlternativeName,
        "2.5.29.19", // basic constraints
        "2.5.29.30", // name constraints, by X509Chain
        "2.5.29.37", // extended key usage
    ];

    private static readonly HashSet<string> SignatureAlgorithms =
    [
        "1.2.840.10045.4.3.2", // ECDSA with SHA-256
        "1.2.840.10045.4.3.3", // ECDSA with SHA-384
        "1.2.840.10045.4.3.4", // ECDSA with SHA-512
        "1.2.840.113549.1.1.11", // RSA with SHA-256
        "1.2.840.113549.1.1.12", // RSA with SHA-384
        "1.2.840.113549.1.1.13", // RSA with SHA-512
    ];

    public static string DemandedUsage(PeerRole role) => role switch
    {
        PeerRole.Client => ClientAuth,
        PeerRole.Server => ServerAuth,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, null),
    };

    /// <summary>The single identity of a leaf.</summary>
    public static IdentityProblem? ReadIdentity(X509Certificate2 leaf, out SpiffeId? identity)
    {
        identity = null;
        var uris = Uris(leaf);
        if (uris.Count == 0)
            return new(IdentityProblemCode.NoIdentity, $"{Name(leaf)} has no URI among its subject alternative names");
        if (uris.Count > 1)
            return new(IdentityProblemCode.SeveralIdentities,
                $"{Name(leaf)} has {uris.Count} URIs among its subject alternative names, the first {IdentityProblem.Show(uris[0])}");
        if (!SpiffeId.TryParse(uris[0], out var id, out var problem))
            return problem;
        if (id.Path.Length == 0)
            return new(IdentityProblemCode.IdentityWithoutPath, $"{IdentityProblem.Show(uris[0])} names a trust domain, not a workload");
        identity = id;
        return null;
    }

    public static IdentityProblem? CheckLeaf(X509Certificate2 leaf, PeerRole role)
    {
        if (IsAuthority(leaf))
            return new(IdentityProblemCode.LeafIsAuthority, $"{Name(leaf)} is a certificate authority and cannot be a peer");
        var usage = Extension<X509KeyUsageExtension>(leaf)?.KeyUsages ?? X509KeyUsageFlags.None;
        if ((usage & (X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)) != 0)
            return new(IdentityProblemCode.LeafMaySignCertificates, $"{Name(leaf)} has the key usage {usage}");
        if (!usage.HasFlag(X509KeyUsageFlags.DigitalSignature))
            return new(IdentityProblemCode.MissingDigitalSignature, $"{Name(leaf)} has the key usage {usage}, without digitalSignature");
        return CheckLeafUsage(leaf, role) ?? CheckCommon(leaf);
    }

    public static IdentityProblem? CheckAuthority(X509Certificate2 authority)
    {
        if (!IsAuthority(authority))
            return new(IdentityProblemCode.IssuerIsNotAuthority, $"{Name(authority)} is not a certificate authority");
        if (Extension<X509KeyUsageExtension>(authority)?.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign) is not true)
            return new(IdentityProblemCode.MissingKeyCertSign, $"{Name(authority)} has no key usage keyCertSign");
        return CheckCommon(authority);
    }

    /// <summary>An authority that names extended key usages restricts what it issues to them.</summary>
    public static IdentityProblem? CheckAuthorityUsage(X509Certificate2 authority, PeerRole role)
    {
        var usages = Usages(authority);
        return usages is null || usages.Contains(DemandedUsage(role)) || usages.Contains(AnyExtendedKeyUsage)
            ? null
            : WrongUsage(authority, role);
    }

    public static IdentityProblem? CheckSelfIssued(X509Certificate2 root) =>
        IsSelfIssued(root) ? null : new(IdentityProblemCode.UntrustedRoot, $"{Name(root)} is not self-issued, so not a root");

    public static bool IsAuthority(X509Certificate2 certificate) =>
        Extension<X509BasicConstraintsExtension>(certificate) is { CertificateAuthority: true };

    public static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    public static IdentityProblem? CheckValidity(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (now < NotBefore(certificate))
            return new(IdentityProblemCode.NotYetValid, $"{Name(certificate)} is not valid before {NotBefore(certificate):u}; it is {now:u}");
        if (now >= NotAfter(certificate))
            return new(IdentityProblemCode.Expired, $"{Name(certificate)} expired at {NotAfter(certificate):u}; it is {now:u}");
        return null;
    }

    public static DateTimeOffset NotBefore(X509Certificate2 certificate) => certificate.NotBefore.ToUniversalTime();

    public static DateTimeOffset NotAfter(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();

    public static string Name(X509Certificate2 certificate) =>
        $"the certificate {IdentityProblem.Show(certificate.SerialNumber)} of {IdentityProblem.Show(certificate.Subject)}";

    public static T? Extension<T>(X509Certificate2 certificate)
        where T : X509Extension => certificate.Extensions.OfType<T>().SingleOrDefault();

    private static IdentityProblem? CheckCommon(X509Certificate2 certificate)
    {
        var unknown = certificate.Extensions.FirstOrDefault(static e => e.Critical && !EnforcedExtensions.Contains(e.Oid?.Value ?? ""));
        if (unknown is not null)
            return new(IdentityProblemCode.UnknownCriticalExtension,
                $"{Name(certificate)} has the critical extension {IdentityProblem.Show(unknown.Oid?.Value)}, which is not enforced here");
        if (!SignatureAlgorithms.Contains(certificate.SignatureAlgorithm.Value ?? ""))
            return new(IdentityProblemCode.UnacceptableSignatureAlgorithm,
                $"{Name(certificate)} is signed with {IdentityProblem.Show(certificate.SignatureAlgorithm.Value)}");
        return PublicKeyFloor.Check(certificate.PublicKey);
    }

    private static IdentityProblem? CheckLeafUsage(X509Certificate2 leaf, PeerRole role)
    {
        var usages = Usages(leaf);
        if (usages is null)
            return new(IdentityProblemCode.MissingExtendedKeyUsage, $"{Name(leaf)} has no extended key usage");
        return usages.Contains(DemandedUsage(role)) ? null : WrongUsage(leaf, role);
    }

    private static IdentityProblem WrongUsage(X509Certificate2 certificate, PeerRole role) => new(
        IdentityProblemCode.WrongExtendedKeyUsage,
        $"{Name(certificate)} has the extended key usages {IdentityProblem.Show(string.Join(", ", Usages(certificate) ?? []))}, not the one for a {role}");

    private static List<string>? Usages(X509Certificate2 certificate) =>
        Extension<X509EnhancedKeyUsageExtension>(certificate) is { } usage
            ? [.. usage.EnhancedKeyUsages.Cast<Oid>().Select(static o => o.Value ?? "")]
            : null;

    /// <summary>GeneralName's uniformResourceIdentifier is context tag 6, an IA5String (RFC 5280, section 4.2.1.6).</summary>
    private static List<string> Uris(X509Certificate2 leaf)
    {
        var uri = new Asn1Tag(TagClass.ContextSpecific, 6);
        var uris = new List<string>();
        if (leaf.Extensions[SubjectAlternativeName] is not { } extension)
            return uris;
        var outer = new AsnReader(extension.RawData, AsnEncodingRules.DER);
        var names = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        while (names.HasData)
        {
            if (names.PeekTag().HasSameClassAndValue(uri))
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, uri));
            else
                names.ReadEncodedValue();
        }
        return uris;
    }
}
