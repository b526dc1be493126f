using Hauberk.Identity;
using Hauberk.Net.Tls;
using Hauberk.Sidecar.Configuration;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>Who a TLS peer is: the trust bundles that are current at the handshake decide, through a cache of chains already verified.</summary>
internal sealed class PeerCheck(SnapshotHolder snapshots, TimeProvider time)
{
    private readonly VerifiedChainCache chains = new();

    public PeerVerificationCallback As(PeerRole role) => chain => Verify(chain, role);

    /// <summary>
    /// Whether the roots of today still vouch for a peer that proved itself at <paramref name="provenAt"/>: judged as of then, because a
    /// certificate that has expired since takes nothing away from a live connection.
    /// </summary>
    public IdentityProblem? StillVouchedFor(PeerChain chain, PeerRole role, DateTimeOffset provenAt, TrustBundleSet bundles)
    {
        // A tunnel asks for each of its streams.
        if (chain.Remembered is Vouched known && known.Holds(role, provenAt, bundles))
            return null;
        var verification = chains.Verify(chain.Certificates, bundles, role, provenAt);
        chain.Remembered = verification.IsAccepted ? new Vouched(role, bundles, verification.NotBefore, verification.NotAfter) : null;
        return verification.Problem;
    }

    /// <summary>Why a chain was refused, read back from what the handshake reports of the verdict.</summary>
    public static IdentityProblem ProblemOf(TlsProblem problem)
    {
        if (problem.Kind == TlsProblemKind.NoPeerCertificate)
            return new IdentityProblem(IdentityProblemCode.NoCertificate, problem.Detail);
        var code = problem.Detail.Split(": ", 2);
        return Enum.TryParse<IdentityProblemCode>(code[0], out var known) && code.Length == 2
            ? new IdentityProblem(known, code[1])
            : new IdentityProblem(IdentityProblemCode.ChainNotVerified, problem.Detail);
    }

    private PeerVerdict Verify(PeerChain chain, PeerRole role)
    {
        var bundles = snapshots.Current?.TrustBundles ?? TrustBundleSet.Empty;
        var verification = chains.Verify(chain.Certificates, bundles, role, time.GetUtcNow());
        return verification.IsAccepted
            ? PeerVerdict.Accept(verification.Identity)
            : PeerVerdict.Refuse(verification.Problem.ToString(), AlertFor(verification.Problem.Code));
    }

    /// <summary>These roots vouch for the chain in this role, within this time.</summary>
    private sealed record Vouched(PeerRole Role, TrustBundleSet Bundles, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
    {
        public bool Holds(PeerRole role, DateTimeOffset at, TrustBundleSet bundles) =>
            role == Role && ReferenceEquals(bundles, Bundles) && at >= NotBefore && at < NotAfter;
    }

    private static TlsAlert AlertFor(IdentityProblemCode code) => code switch
    {
        IdentityProblemCode.Expired or IdentityProblemCode.NotYetValid => TlsAlert.CertificateExpired,
        IdentityProblemCode.UnknownTrustDomain or IdentityProblemCode.UntrustedRoot => TlsAlert.UnknownCa,
        IdentityProblemCode.UnacceptableKey or IdentityProblemCode.UnacceptableSignatureAlgorithm
            or IdentityProblemCode.WrongExtendedKeyUsage => TlsAlert.UnsupportedCertificate,
        _ => TlsAlert.BadCertificate,
    };
}
