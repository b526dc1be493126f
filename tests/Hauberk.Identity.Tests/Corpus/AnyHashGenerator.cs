using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity.Tests.Corpus;

/// <summary>Signs with whatever hash the recipe asks for; the framework's own generators refuse the broken ones.</summary>
internal sealed class AnyHashGenerator(AsymmetricAlgorithm key, HashAlgorithmName hash) : X509SignatureGenerator
{
    private static readonly Dictionary<(string Key, string Hash), string> Algorithms = new()
    {
        [("EC", "SHA1")] = "1.2.840.10045.4.1",
        [("EC", "SHA256")] = "1.2.840.10045.4.3.2",
        [("EC", "SHA384")] = "1.2.840.10045.4.3.3",
        [("EC", "SHA512")] = "1.2.840.10045.4.3.4",
        [("RSA", "MD5")] = "1.2.840.113549.1.1.4",
        [("RSA", "SHA1")] = "1.2.840.113549.1.1.5",
        [("RSA", "SHA256")] = "1.2.840.113549.1.1.11",
        [("RSA", "SHA384")] = "1.2.840.113549.1.1.12",
        [("RSA", "SHA512")] = "1.2.840.113549.1.1.13",
    };

    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Algorithms[(key is RSA ? "RSA" : "EC", hash.Name!)]);
            if (key is RSA)
                writer.WriteNull();
        }
        return writer.Encode();
    }

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) => key switch
    {
        RSA rsa => rsa.SignData(data, hash, RSASignaturePadding.Pkcs1),
        ECDsa ecdsa => ecdsa.SignData(data, hash, DSASignatureFormat.Rfc3279DerSequence),
        _ => throw new NotSupportedException(key.GetType().Name),
    };

    protected override PublicKey BuildPublicKey() => new(key);
}
