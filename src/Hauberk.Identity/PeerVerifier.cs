using System.Security.Cryptography.X509Certificates;

namespace Hauberk.Identity;

/// <summary>
/// Decides who a peer is from the chain that it presented. A pure function: the time is passed in, and neither the network nor the machine's
/// trust store can add to what the bundles say. Any bytes give an answer; none throw.
/// </summary>
public static class PeerVerifier
{
    public const int MaxChainLength = 8;

    /// <param name="chainDer">What the peer presented, leaf first; DER.</param>
    /// <param name="bundles">Decides which trust domains are accepted at all, and which roots vouch for each.</param>
    /// <param name="role">What the peer is on this connection.</param>
    /// <param name="now">The time to judge validity at.</param>
    public static PeerVerification Verify(
        IReadOnlyList<ReadOnlyMemory<byte>> chainDer, TrustBundleSet bundles, PeerRole role, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(chainDer);
        ArgumentNullException.ThrowIfNull(bundles);
        var presented = new List<X509Certificate2>(chainDer.Count);
        try
        {
            if (CertificateDecoder.Decode(chainDer, presented) is { } problem)
                return PeerVerification.Refused(problem);
            return VerifyDecoded(presented, bundles, role, now);
        }
        catch (Exception e) when (CertificateDecoder.IsUnreadable(e))
        {
            return Refuse(IdentityProblemCode.MalformedCertificate, $"the chain cannot be read: {e.Message}");
        }
        finally
        {
            presented.ForEach(static certificate => certificate.Dispose());
        }
    }

    private static PeerVerification VerifyDecoded(List<X509Certificate2> presented, TrustBundleSet bundles, PeerRole role, DateTimeOffset now)
    {
        var problem = CertificateRules.ReadIdentity(presented[0], out var identity) ?? CheckEach(presented, role, now);
        if (problem is not null)
            return PeerVerification.Refused(problem);
        if (!bundles.TryGet(identity!.TrustDomain, out var bundle))
            return Refuse(IdentityProblemCode.UnknownTrustDomain, $"no root is known for the trust domain {identity.TrustDomain}");
        using var path = CertificatePath.Build(presented, bundle, now, role);
        problem = path.Check(bundle, now, minLength: 2);
        return problem is null
            ? PeerVerification.Accepted(identity, path.NotBefore, path.NotAfter)
            : PeerVerification.Refused(problem);
    }

    /// <summary>A fault in any presented certificate refuses the chain, even where the path to the root could go around it.</summary>
    private static IdentityProblem? CheckEach(List<X509Certificate2> presented, PeerRole role, DateTimeOffset now)
    {
        var problem = CertificateRules.CheckLeaf(presented[0], role) ?? CertificateRules.CheckValidity(presented[0], now);
        foreach (var authority in presented.Skip(1))
        {
            problem ??= CertificateRules.CheckAuthority(authority)
                ?? CertificateRules.CheckAuthorityUsage(authority, role)
                ?? CertificateRules.CheckValidity(authority, now);
        }
        return problem;
    }

    private static PeerVerification Refuse(IdentityProblemCode code, string message) => PeerVerification.Refused(new(code, message));
}
