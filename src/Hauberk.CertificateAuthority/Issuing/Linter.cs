using Hauberk.CertificateAuthority.Signing;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>Decides whether a draft may be signed: identity, key, names and validity.</summary>
internal sealed class Linter(Signer signer, ValidityLimits limits)
{
    private const int MaxServerNames = 32;

    private readonly SpiffeId controlPlane = SpiffeId.ControlPlane(signer.TrustDomain);

    /// <summary>For callers from outside. The namespace of the mesh's own programs is out of their reach, however they proved themselves.</summary>
    public Outcome<LintedDraft> LintWorkload(CertificateDraft draft, DateTimeOffset now)
    {
        if (draft.Identity.TrustDomain != signer.TrustDomain || draft.Identity.Namespace is null)
            return Refuse(AuthorityProblemCode.ForeignIdentity, $"{draft.Identity} is not a service account of {signer.TrustDomain}");
        if (ReservedNames.IsReserved(draft.Identity))
            return Refuse(AuthorityProblemCode.ReservedIdentity, $"{draft.Identity} belongs to the mesh itself and is never issued on request");
        if (draft.DnsNames.Count + draft.Addresses.Count > 0)
            return Refuse(AuthorityProblemCode.InvalidServerName, "a workload's certificate holds its identity and no other name");
        return LintCommon(draft, now);
    }

    /// <summary>For this process alone.</summary>
    public Outcome<LintedDraft> LintControlPlane(CertificateDraft draft, DateTimeOffset now)
    {
        if (draft.Identity != controlPlane)
            return Refuse(AuthorityProblemCode.ForeignIdentity, $"{draft.Identity} is not the control plane");
        if (draft.DnsNames.Count + draft.Addresses.Count > MaxServerNames)
            return Refuse(AuthorityProblemCode.InvalidServerName, $"more than {MaxServerNames} names for the server certificate");
        var notDns = draft.DnsNames.FirstOrDefault(static name => name.Length > 253 || Uri.CheckHostName(name) != UriHostNameType.Dns);
        return notDns is null
            ? LintCommon(draft, now)
            : Refuse(AuthorityProblemCode.InvalidServerName, $"{IdentityProblem.Show(notDns)} is not a DNS name");
    }

    private Outcome<LintedDraft> LintCommon(CertificateDraft draft, DateTimeOffset now)
    {
        if (PublicKeyFloor.Check(draft.PublicKey) is { } weak)
            return Refuse(AuthorityProblemCode.UnacceptableKey, weak.Message);
        if (draft.ValiditySeconds > (long)limits.Max.TotalSeconds)
            return Refuse(AuthorityProblemCode.ValidityTooLong, $"{draft.ValiditySeconds} s of validity are over the maximum of {limits.Max.TotalSeconds} s");
        if (!signer.Period.Contains(now))
            return Refuse(AuthorityProblemCode.SignerNotValid, $"the signing chain is valid from {signer.Period.NotBefore:u} to {signer.Period.NotAfter:u} only");
        var length = draft.ValiditySeconds > 0 ? TimeSpan.FromSeconds(draft.ValiditySeconds) : limits.Default;
        return Outcome<LintedDraft>.Of(new LintedDraft(draft, Period.Starting(now, length).Within(signer.Period)));
    }

    private static Outcome<LintedDraft> Refuse(AuthorityProblemCode code, string message) => Outcome<LintedDraft>.Refused(code, message);
}
