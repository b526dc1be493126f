using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity;

/// <summary>Turns foreign bytes into a certificate: exactly one DER value, within a bound, version 3, each extension at most once.</summary>
internal static class CertificateDecoder
{
    public const int MaxBytes = 16 * 1024;

    /// <summary>Decodes a chain into <paramref name="decoded"/>, whose contents the caller disposes whatever the answer.</summary>
    public static IdentityProblem? Decode(IReadOnlyList<ReadOnlyMemory<byte>> chainDer, List<X509Certificate2> decoded)
    {
        if (chainDer.Count == 0)
            return new(IdentityProblemCode.NoCertificate, "the peer presented no certificate");
        if (chainDer.Count > PeerVerifier.MaxChainLength)
            return new(IdentityProblemCode.ChainTooLong,
                $"a chain of {chainDer.Count} certificates is over the bound of {PeerVerifier.MaxChainLength}");
        foreach (var der in chainDer)
        {
            if (!TryDecode(der, out var certificate, out var problem))
                return problem;
            decoded.Add(certificate);
        }
        return null;
    }

    /// <summary>Whether the exception is how the framework says that contents are malformed.</summary>
    public static bool IsUnreadable(Exception e) => e is CryptographicException or AsnContentException or ArgumentException;

    /// <summary>The caller owns, and disposes, the certificate.</summary>
    public static bool TryDecode(
        ReadOnlyMemory<byte> der,
        [NotNullWhen(true)] out X509Certificate2? certificate,
        [NotNullWhen(false)] out IdentityProblem? problem)
    {
        certificate = null;
        problem = der.Length > MaxBytes
            ? new(IdentityProblemCode.CertificateTooLarge, $"a certificate of {der.Length} bytes is over the bound of {MaxBytes}")
            : null;
        if (problem is not null)
            return false;
        try
        {
            certificate = Decode(der);
            return true;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            problem = new(IdentityProblemCode.MalformedCertificate, $"a certificate of {der.Length} bytes cannot be read: {e.Message}");
            return false;
        }
    }

    private static X509Certificate2 Decode(ReadOnlyMemory<byte> der)
    {
        // The loader also takes PEM and stops at the end of the first value; here the bytes are one DER value and nothing else.
        if (new AsnReader(der, AsnEncodingRules.DER).ReadEncodedValue().Length != der.Length)
            throw new CryptographicException("there are bytes after the certificate");
        var certificate = X509CertificateLoader.LoadCertificate(der.Span);
        try
        {
            if (certificate.Version != 3)
                throw new CryptographicException($"it is of version {certificate.Version}, not 3");
            if (certificate.Extensions.DistinctBy(static e => e.Oid?.Value).Count() != certificate.Extensions.Count)
                throw new CryptographicException("an extension appears twice");
            return certificate;
        }
        catch
        {
            certificate.Dispose();
            throw;
        }
    }
}
