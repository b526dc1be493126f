using Hauberk.CertificateAuthority.Signing;

namespace Hauberk.CertificateAuthority.Issuing;

/// <summary>A draft that may be signed as it is. Made by <see cref="Linter"/> alone, and the only thing that the issuer takes.</summary>
public sealed class LintedDraft
{
    internal LintedDraft(CertificateDraft draft, Period period) => (Draft, Period) = (draft, period);

    internal CertificateDraft Draft { get; }

    internal Period Period { get; }
}
