namespace Hauberk.CertificateAuthority.Journal;

/// <summary>One line of the journal.</summary>
/// <param name="Step">How far the issuance got.</param>
/// <param name="Serial">Serial number, 32 hexadecimal digits.</param>
/// <param name="Identity">SPIFFE ID.</param>
/// <param name="NotAfter">End of the certificate's validity.</param>
/// <param name="Sha256">Of the bytes to be signed (the certificate without its signature), 64 hexadecimal digits.</param>
/// <param name="At">When the line was written.</param>
public sealed record IssuanceRecord(
    IssuanceStep Step, string Serial, string Identity, DateTimeOffset NotAfter, string Sha256, DateTimeOffset At);
