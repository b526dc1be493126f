using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.CertificateAuthority.Signing;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>The fields of a workload's certificate: the X509-SVID standard, with an empty subject and the names critical in its place.</summary>
internal static class LeafRequest
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const string SubjectAlternativeName = "2.5.29.17";

    public static CertificateRequest Of(CertificateDraft draft, X509Certificate2 issuer)
    {
        var request = new CertificateRequest(
            new X500DistinguishedName(""), draft.PublicKey, SignatureAlgorithm.Of(issuer.PublicKey).Hash);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        extensions.Add(new X509KeyUsageExtension(KeyUsage(draft.PublicKey), critical: true));
        extensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuth), new Oid(ClientAuth)], critical: false));
        extensions.Add(new X509SubjectKeyIdentifierExtension(draft.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, critical: false));
        // An operator's own authority may lack the key identifier that this one refers to.
        if (issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any())
            extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        extensions.Add(new X509Extension(SubjectAlternativeName, Names(draft), critical: true));
        return request;
    }

    /// <summary>Key encipherment only where a key can encipher: RSA.</summary>
    private static X509KeyUsageFlags KeyUsage(PublicKey key) => key.Oid.Value == PublicKeyFloor.RsaOid
        ? X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment
        : X509KeyUsageFlags.DigitalSignature;

    /// <summary>GeneralNames (RFC 5280, section 4.2.1.6). Written here because the framework's builder rewrites URIs.</summary>
    private static byte[] Names(CertificateDraft draft)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, draft.Identity.ToString(), Tag(6));
            foreach (var name in draft.DnsNames)
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, Tag(2));
            foreach (IPAddress address in draft.Addresses)
                writer.WriteOctetString(address.GetAddressBytes(), Tag(7));
        }
        return writer.Encode();
    }

    private static Asn1Tag Tag(int number) => new(TagClass.ContextSpecific, number);
}
