using System.Security.Cryptography.X509Certificates;
using Hauberk.CertificateAuthority.Journal;
using Hauberk.CertificateAuthority.Signing;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>
/// Signs what the linter let through: record the intent durably, sign, then read the result as a peer would. What fails the last step is
/// never handed out, and the journal shows an intent without an issue.
/// </summary>
internal sealed class Issuer(Signer signer, IssuanceJournal journal, TimeProvider time)
{
    private readonly TrustBundleSet bundles = TrustBundleSet.Of(signer.Bundle);

    /// <exception cref="IOException">The journal cannot be written; nothing was signed.</exception>
    public async Task<IssuedCertificate> IssueAsync(LintedDraft linted)
    {
        var serial = SerialNumber.Random();
        var toBeSigned = ToBeSigned.Compose(
            LeafRequest.Of(linted.Draft, signer.Certificate), signer.Certificate.SubjectName, signer.Key.PublicKey, linted.Period, serial);
        var record = new IssuanceRecord(
            IssuanceStep.Intent, Convert.ToHexStringLower(serial), linted.Draft.Identity.ToString(), linted.Period.NotAfter, toBeSigned.Sha256, time.GetUtcNow());
        await journal.AppendAsync(record);
        var issued = Check(toBeSigned.Sign(signer.Key), linted, record.Serial);
        await journal.AppendAsync(record with { Step = IssuanceStep.Issued, At = time.GetUtcNow() });
        return issued;
    }

    private IssuedCertificate Check(byte[] leaf, LintedDraft linted, string serial)
    {
        IReadOnlyList<ReadOnlyMemory<byte>> chain = [leaf, .. signer.Intermediates];
        foreach (var role in Enum.GetValues<PeerRole>())
        {
            var verification = PeerVerifier.Verify(chain, bundles, role, time.GetUtcNow());
            if (verification.Identity != linted.Draft.Identity || verification.NotAfter != linted.Period.NotAfter)
                throw new InvalidOperationException($"what was signed for {linted.Draft.Identity} is not what was meant: {verification.Problem}");
        }
        using var certificate = X509CertificateLoader.LoadCertificate(leaf);
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(linted.Draft.PublicKey.ExportSubjectPublicKeyInfo()))
            throw new InvalidOperationException($"what was signed for {linted.Draft.Identity} has another key");
        return new IssuedCertificate
        {
            Identity = linted.Draft.Identity,
            SerialNumber = serial,
            NotBefore = linted.Period.NotBefore,
            NotAfter = linted.Period.NotAfter,
            Chain = chain,
            Bundle = signer.Bundle,
        };
    }
}
