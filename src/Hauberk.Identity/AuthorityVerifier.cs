using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity;

/// <summary>
/// Decides whether a certificate may issue workload identities under a bundle: everything that <see cref="PeerVerifier"/> would demand of the
/// certificates above a leaf, for both roles. As pure as it.
/// </summary>
public static class AuthorityVerifier
{
    /// <param name="chainDer">The issuing certificate first, then what links it to a root; the root itself may be left out. DER.</param>
    /// <param name="bundle">The roots that the chain may end in.</param>
    /// <param name="now">The time to judge validity at.</param>
    public static AuthorityVerification Verify(IReadOnlyList<ReadOnlyMemory<byte>> chainDer, TrustBundle bundle, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(chainDer);
        ArgumentNullException.ThrowIfNull(bundle);
        var presented = new List<X509Certificate2>(chainDer.Count);
        try
        {
            return (CertificateDecoder.Decode(chainDer, presented) ?? CheckEach(presented, now)) is { } problem
                ? new AuthorityVerification { Problem = problem }
                : VerifyPath(presented, bundle, now);
        }
        catch (Exception e) when (CertificateDecoder.IsUnreadable(e))
        {
            return new() { Problem = new(IdentityProblemCode.MalformedCertificate, $"the chain cannot be read: {e.Message}") };
        }
        finally
        {
            presented.ForEach(static certificate => certificate.Dispose());
        }
    }

    private static AuthorityVerification VerifyPath(List<X509Certificate2> presented, TrustBundle bundle, DateTimeOffset now)
    {
        using var path = CertificatePath.Build(presented, bundle, now, PeerRole.Client, PeerRole.Server);
        return path.Check(bundle, now, minLength: 1) is { } problem
            ? new AuthorityVerification { Problem = problem }
            : new AuthorityVerification
            {
                Path = [.. path.Elements.Select(static c => (ReadOnlyMemory<byte>)c.RawData)],
                NotBefore = path.NotBefore,
                NotAfter = path.NotAfter,
            };
    }

    private static IdentityProblem? CheckEach(List<X509Certificate2> presented, DateTimeOffset now)
    {
        IdentityProblem? problem = null;
        foreach (var authority in presented)
        {
            problem ??= CertificateRules.CheckAuthority(authority)
                ?? CertificateRules.CheckAuthorityUsage(authority, PeerRole.Client)
                ?? CertificateRules.CheckAuthorityUsage(authority, PeerRole.Server)
                ?? CertificateRules.CheckValidity(authority, now);
        }
        return problem;
    }
}
