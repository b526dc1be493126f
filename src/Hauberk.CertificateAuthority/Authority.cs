using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.CertificateAuthority.Issuing;
using Hauberk.CertificateAuthority.Journal;
using Hauberk.CertificateAuthority.Signing;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority;

/// <summary>
/// Issues certificates: draft, lint, record, sign, verify. Safe for any number of threads. Does not own the signer or the journal.
/// </summary>
public sealed class Authority
{
    private readonly Linter linter;
    private readonly Issuer issuer;
    private readonly TimeProvider time;

    public Authority(Signer signer, IssuanceJournal journal, TimeProvider time, ValidityLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(journal);
        ArgumentNullException.ThrowIfNull(time);
        linter = new Linter(signer, limits ?? ValidityLimits.Standard);
        issuer = new Issuer(signer, journal, time);
        this.time = time;
        Bundle = signer.Bundle;
    }

    /// <summary>The roots that vouch for what is issued here.</summary>
    public TrustBundle Bundle { get; }

    /// <summary>A workload's certificate. Never one in the mesh's own namespace.</summary>
    /// <param name="proven">Who the caller proved to be; decides the identity in the certificate.</param>
    /// <param name="request">Gives the key and nothing else.</param>
    /// <param name="validitySeconds">Zero or less asks for the default; over the maximum is refused; never beyond the signing chain's own end.</param>
    /// <exception cref="IOException">The journal cannot be written; nothing was issued.</exception>
    public async Task<Outcome<IssuedCertificate>> IssueAsync(SpiffeId proven, SigningRequest request, long validitySeconds)
    {
        ArgumentNullException.ThrowIfNull(proven);
        ArgumentNullException.ThrowIfNull(request);
        var linted = linter.LintWorkload(new CertificateDraft(proven, request.PublicKey, validitySeconds), time.GetUtcNow());
        return linted.Succeeded
            ? Outcome<IssuedCertificate>.Of(await issuer.IssueAsync(linted.Value))
            : Outcome<IssuedCertificate>.Refused(linted.Problem);
    }

    /// <summary>
    /// The control plane's own certificate, with a key made here: the only way to that identity. The names let clients that know no
    /// SPIFFE ID check the server by where they called it.
    /// </summary>
    /// <exception cref="IOException">The journal cannot be written; nothing was issued.</exception>
    public async Task<Outcome<ControlPlaneIdentity>> IssueControlPlaneAsync(IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            var draft = new CertificateDraft(SpiffeId.ControlPlane(Bundle.TrustDomain), new PublicKey(key), ValiditySeconds: 0)
            {
                DnsNames = dnsNames,
                Addresses = addresses,
            };
            var linted = linter.LintControlPlane(draft, time.GetUtcNow());
            if (linted.Succeeded)
                return Outcome<ControlPlaneIdentity>.Of(new ControlPlaneIdentity(await issuer.IssueAsync(linted.Value), key));
            key.Dispose();
            return Outcome<ControlPlaneIdentity>.Refused(linted.Problem);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }
}
