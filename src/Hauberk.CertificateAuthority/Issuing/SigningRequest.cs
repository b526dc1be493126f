using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>
/// What a PKCS#10 request is good for: a public key, above the floor, whose holder signed the request. Names and extensions in it are never
/// read, so they cannot be obeyed.
/// </summary>
public sealed class SigningRequest
{
    public const int MaxPemLength = 32 * 1024;

    private SigningRequest(PublicKey publicKey) => PublicKey = publicKey;

    public PublicKey PublicKey { get; }

    public static bool TryParsePem(
        string? pem, [NotNullWhen(true)] out SigningRequest? request, [NotNullWhen(false)] out AuthorityProblem? problem)
    {
        request = null;
        if (string.IsNullOrEmpty(pem) || pem.Length > MaxPemLength)
        {
            problem = Invalid($"has {pem?.Length ?? 0} characters; 1 to {MaxPemLength} are accepted");
            return false;
        }
        try
        {
            // Loading checks the request's signature, and so that the sender holds the key.
            var loaded = CertificateRequest.LoadSigningRequestPem(pem, HashAlgorithmName.SHA256);
            problem = PublicKeyFloor.Check(loaded.PublicKey) is { } weak
                ? new(AuthorityProblemCode.UnacceptableKey, weak.Message)
                : null;
            request = problem is null ? new SigningRequest(loaded.PublicKey) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or NotSupportedException or AsnContentException)
        {
            problem = Invalid("cannot be read, or is not signed by the key in it");
        }
        return request is not null;
    }

    private static AuthorityProblem Invalid(string what) => new(AuthorityProblemCode.InvalidSigningRequest, $"the signing request {what}");
}
