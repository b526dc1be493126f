using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity.Tests.Corpus;

/// <summary>Everything that a test may want to get wrong in a certificate. Start from <see cref="Leaf"/> or <see cref="Authority"/> and change one thing.</summary>
public sealed record CertificateRecipe
{
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";

    public string Subject { get; init; } = "CN=test";
    public AsymmetricAlgorithm Key { get; init; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    public required DateTimeOffset NotBefore { get; init; }
    public required DateTimeOffset NotAfter { get; init; }
    public bool IsAuthority { get; init; }
    public int? PathLength { get; init; }
    public X509KeyUsageFlags KeyUsage { get; init; }
    public IReadOnlyList<string> ExtendedKeyUsages { get; init; } = [];
    public IReadOnlyList<string> Uris { get; init; } = [];
    public IReadOnlyList<string> DnsNames { get; init; } = [];
    public IReadOnlyList<X509Extension> Extra { get; init; } = [];

    /// <summary>The hash to sign with, the forbidden ones included.</summary>
    public HashAlgorithmName Hash { get; init; } = HashAlgorithmName.SHA256;

    public static CertificateRecipe Leaf(string uri, DateTimeOffset now) => new()
    {
        NotBefore = now.AddMinutes(-2),
        NotAfter = now.AddHours(24),
        Uris = [uri],
        KeyUsage = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsages = [ServerAuth, ClientAuth],
    };

    public static CertificateRecipe Authority(string subject, DateTimeOffset now) => new()
    {
        Subject = subject,
        NotBefore = now.AddDays(-1),
        NotAfter = now.AddDays(365),
        IsAuthority = true,
        KeyUsage = X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
    };

    public TestCertificate SelfSigned() => Sign(null);

    public TestCertificate SignedBy(TestCertificate issuer) => Sign(issuer);

    private TestCertificate Sign(TestCertificate? issuer)
    {
        var generator = new AnyHashGenerator(issuer?.Key ?? Key, Hash);
        var request = new CertificateRequest(new X500DistinguishedName(Subject), new PublicKey(Key), HashAlgorithmName.SHA256);
        foreach (var extension in Extensions(request.PublicKey, issuer))
            request.CertificateExtensions.Add(extension);
        using var signed = request.Create(
            issuer?.Certificate.SubjectName ?? request.SubjectName, generator, NotBefore, NotAfter, RandomNumberGenerator.GetBytes(16));
        return new TestCertificate(signed.RawData, Key);
    }

    private IEnumerable<X509Extension> Extensions(PublicKey key, TestCertificate? issuer)
    {
        yield return new X509BasicConstraintsExtension(IsAuthority, PathLength is not null, PathLength ?? 0, critical: true);
        if (KeyUsage != X509KeyUsageFlags.None)
            yield return new X509KeyUsageExtension(KeyUsage, critical: true);
        if (ExtendedKeyUsages.Count > 0)
            yield return new X509EnhancedKeyUsageExtension([.. ExtendedKeyUsages.Select(static o => new Oid(o))], critical: false);
        if (Uris.Count + DnsNames.Count > 0)
            yield return new X509Extension("2.5.29.17", AlternativeNames(), critical: false);
        yield return new X509SubjectKeyIdentifierExtension(SHA256.HashData(key.EncodedKeyValue.RawData)[..20], critical: false);
        if (issuer is not null)
        {
            var issuerKey = issuer.Certificate.PublicKey.EncodedKeyValue.RawData;
            yield return X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(SHA256.HashData(issuerKey).AsSpan(0, 20));
        }
        foreach (var extension in Extra)
            yield return extension;
    }

    private byte[] AlternativeNames()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var dns in DnsNames)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, dns, new Asn1Tag(TagClass.ContextSpecific, 2));
            foreach (var uri in Uris)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
        }
        return writer.Encode();
    }

    /// <summary>Name constraints (RFC 5280, section 4.2.1.10) that permit URIs of one host only.</summary>
    public static X509Extension PermitOnly(string uriHost)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
            writer.WriteCharacterString(UniversalTagNumber.IA5String, uriHost, new Asn1Tag(TagClass.ContextSpecific, 6));
        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }
}
