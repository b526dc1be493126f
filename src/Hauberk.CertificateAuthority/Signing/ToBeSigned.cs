using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>A certificate up to its signature, so that what is about to be signed can be recorded before it is.</summary>
internal sealed class ToBeSigned
{
    private readonly byte[] contents;
    private readonly SignatureAlgorithm algorithm;

    private ToBeSigned(byte[] contents, SignatureAlgorithm algorithm) => (this.contents, this.algorithm) = (contents, algorithm);

    /// <summary>64 hexadecimal digits.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(contents));

    public static ToBeSigned Compose(
        CertificateRequest request, X500DistinguishedName issuer, PublicKey issuerKey, Period period, ReadOnlySpan<byte> serial)
    {
        var algorithm = SignatureAlgorithm.Of(issuerKey);
        var capture = new Capture(issuerKey, algorithm);
        request.Create(issuer, capture, period.NotBefore, period.NotAfter, serial).Dispose();
        return new ToBeSigned(capture.Contents, algorithm);
    }

    /// <summary>The certificate, DER (RFC 5280, section 4.1).</summary>
    public byte[] Sign(ISigningKey key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(contents);
            writer.WriteEncodedValue(algorithm.Identifier.Span);
            writer.WriteBitString(key.Sign(contents, algorithm.Hash));
        }
        return writer.Encode();
    }

    /// <summary>Takes the bytes that it is asked to sign instead of signing them.</summary>
    private sealed class Capture(PublicKey key, SignatureAlgorithm algorithm) : X509SignatureGenerator
    {
        public byte[] Contents { get; private set; } = [];

        public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) => algorithm.Identifier.ToArray();

        public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm)
        {
            Contents = data;
            return [];
        }

        protected override PublicKey BuildPublicKey() => key;
    }
}
