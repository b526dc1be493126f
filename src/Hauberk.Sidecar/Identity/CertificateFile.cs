using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Hauberk.Identity;

namespace Hauberk.Sidecar.Identity;

/// <summary>The certificate and its key on disk, in one file so that they always belong together: a PKCS#8 block, then the chain.</summary>
internal sealed class CertificateFile(StateDirectory directory)
{
    public const string Name = "identity.pem";
    private const int MaxBytes = 1 << 20;
    private const string KeyLabel = "PRIVATE KEY";

    /// <exception cref="IOException"/>
    public void Save(WorkloadCertificate certificate)
    {
        var text = PemEncoding.WriteString(KeyLabel, certificate.PrivateKeyDer.Span) + "\n" + CertificatePem.Write(certificate.ChainDer);
        directory.Write(Name, Encoding.ASCII.GetBytes(text));
    }

    /// <param name="problem">Null where there simply is no file.</param>
    public bool TryLoad(
        SpiffeId expected, TrustBundleSet bundles, DateTimeOffset now, [NotNullWhen(true)] out WorkloadCertificate? certificate, out string? problem)
    {
        certificate = null;
        problem = null;
        try
        {
            return directory.TryRead(Name, MaxBytes) is { } bytes
                && TryParse(Encoding.ASCII.GetString(bytes), expected, bundles, now, out certificate, out problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problem = e.Message;
            return false;
        }
    }

    private static bool TryParse(
        string text, SpiffeId expected, TrustBundleSet bundles, DateTimeOffset now,
        [NotNullWhen(true)] out WorkloadCertificate? certificate, [NotNullWhen(false)] out string? problem)
    {
        certificate = null;
        if (!PemEncoding.TryFind(text, out var block) || text[block.Label] != KeyLabel)
        {
            problem = "it does not start with a private key";
            return false;
        }
        if (!CertificatePem.TryRead(text.AsSpan()[block.Location.End..], PeerVerifier.MaxChainLength, out var chain, out var pemProblem))
        {
            problem = pemProblem.Message;
            return false;
        }
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(text[block.Base64Data]), out _);
        return WorkloadCertificate.TryCreate(chain, key, expected, bundles, now, out certificate, out problem);
    }
}
