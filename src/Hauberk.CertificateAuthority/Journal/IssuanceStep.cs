namespace Hauberk.CertificateAuthority.Journal;

/// <summary>How far an issuance got.</summary>
public enum IssuanceStep
{
    /// <summary>About to be signed. Alone, it means that a certificate may exist but was not handed out.</summary>
    Intent,

    /// <summary>Signed, verified and about to be handed out.</summary>
    Issued,
}
