using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity;

/// <summary>The public keys that the mesh accepts, for peers, authorities and signing requests alike.</summary>
public static class PublicKeyFloor
{
    public const int MinRsaBits = 2048;

    /// <summary>An upper bound too: the cost of checking a signature grows with the square of the key.</summary>
    public const int MaxRsaBits = 8192;

    public const string EllipticCurveOid = "1.2.840.10045.2.1";
    public const string RsaOid = "1.2.840.113549.1.1.1";

    private static readonly HashSet<string> Curves =
    [
        "1.2.840.10045.3.1.7", // P-256
        "1.3.132.0.34", // P-384
        "1.3.132.0.35", // P-521
    ];

    /// <summary>Null if the key is acceptable. A key that cannot be read is a problem, not an exception.</summary>
    public static IdentityProblem? Check(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        try
        {
            return key.Oid.Value switch
            {
                EllipticCurveOid => CheckCurve(key),
                RsaOid => CheckRsa(key),
                _ => Refuse($"of the algorithm {IdentityProblem.Show(key.Oid.Value)}"),
            };
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            return Refuse($"unreadable ({e.Message})");
        }
    }

    private static IdentityProblem? CheckCurve(PublicKey key)
    {
        var reader = new AsnReader(key.EncodedParameters?.RawData ?? [], AsnEncodingRules.DER);
        // Parameters spelled out instead of named are how curves get forged.
        if (!reader.HasData || reader.PeekTag() != Asn1Tag.ObjectIdentifier)
            return Refuse("on a curve that is not named");
        var curve = reader.ReadObjectIdentifier();
        if (!Curves.Contains(curve))
            return Refuse($"on the curve {IdentityProblem.Show(curve)}");
        using var ecdsa = key.GetECDsaPublicKey();
        return ecdsa is null ? Refuse("not an ECDSA key") : null;
    }

    private static IdentityProblem? CheckRsa(PublicKey key)
    {
        var reader = new AsnReader(key.EncodedKeyValue.RawData, AsnEncodingRules.DER).ReadSequence();
        var bits = reader.ReadInteger().GetBitLength();
        var exponent = reader.ReadInteger();
        if (bits is < MinRsaBits or > MaxRsaBits)
            return Refuse($"RSA of {bits} bits");
        // With an exponent of 1 anybody can sign.
        return exponent < 3 || exponent.IsEven || exponent.GetBitLength() > 64 ? Refuse("RSA with an unsafe exponent") : null;
    }

    private static IdentityProblem Refuse(string what) =>
        new(IdentityProblemCode.UnacceptableKey, $"the public key is {what}; accepted are EC P-256, P-384, P-521 and RSA of {MinRsaBits} to {MaxRsaBits} bits");
}
