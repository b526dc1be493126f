using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>How a key signs certificates: the hash that fits its strength, and the AlgorithmIdentifier (DER) that says so.</summary>
internal sealed record SignatureAlgorithm(HashAlgorithmName Hash, ReadOnlyMemory<byte> Identifier)
{
    public static SignatureAlgorithm Of(PublicKey key) => key.Oid.Value == PublicKeyFloor.RsaOid
        ? new(HashAlgorithmName.SHA256, Encode("1.2.840.113549.1.1.11", withNull: true))
        : OfCurve(AsnDecoder.ReadObjectIdentifier(key.EncodedParameters?.RawData ?? [], AsnEncodingRules.DER, out _));

    private static SignatureAlgorithm OfCurve(string curve) => curve switch
    {
        "1.2.840.10045.3.1.7" => new(HashAlgorithmName.SHA256, Encode("1.2.840.10045.4.3.2", withNull: false)),
        "1.3.132.0.34" => new(HashAlgorithmName.SHA384, Encode("1.2.840.10045.4.3.3", withNull: false)),
        "1.3.132.0.35" => new(HashAlgorithmName.SHA512, Encode("1.2.840.10045.4.3.4", withNull: false)),
        _ => throw new NotSupportedException($"no signature algorithm for the curve {curve}"),
    };

    private static byte[] Encode(string oid, bool withNull)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (withNull)
                writer.WriteNull();
        }
        return writer.Encode();
    }
}
