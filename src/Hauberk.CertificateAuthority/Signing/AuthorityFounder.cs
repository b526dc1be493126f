using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>
/// Makes a root and an intermediate (ECDSA P-256). They are written beside their place, flushed, and put there by one rename: a crash at any
/// moment leaves a whole authority or none.
/// </summary>
internal static class AuthorityFounder
{
    private static readonly TimeSpan RootLifetime = TimeSpan.FromDays(3653);
    private static readonly TimeSpan IntermediateLifetime = TimeSpan.FromDays(730);

    public static void Found(string folder, DateTimeOffset now)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var parent = Path.GetDirectoryName(folder) ?? throw new IOException($"{folder} cannot hold an authority");
        var making = $"{folder}.making";
        Directory.CreateDirectory(parent);
        // What a crash left behind was never in use: nothing has been signed with it.
        if (Directory.Exists(making))
            Directory.Delete(making, recursive: true);
        Directory.CreateDirectory(making, DurableFile.OwnerOnlyDirectory);
        Write(making, now);
        DurableFile.FlushDirectory(making);
        if (Directory.Exists(folder))
            Directory.Delete(folder);
        Directory.Move(making, folder);
        DurableFile.FlushDirectory(parent);
    }

    private static void Write(string folder, DateTimeOffset now)
    {
        using var rootKey = FileSigningKey.Generate();
        using var signingKey = FileSigningKey.Generate();
        var root = Sign(rootKey, "root", rootKey.PublicKey, null, rootKey, Period.Starting(now, RootLifetime), pathLength: 1);
        using var issuer = X509CertificateLoader.LoadCertificate(root);
        var signing = Sign(
            signingKey, "intermediate", rootKey.PublicKey, issuer, rootKey, Period.Starting(now, IntermediateLifetime), pathLength: 0);
        WriteKey(Path.Combine(folder, AuthorityFolder.RootKey), rootKey);
        WriteKey(Path.Combine(folder, AuthorityFolder.SigningKey), signingKey);
        WriteCertificates(Path.Combine(folder, AuthorityFolder.Roots), root);
        WriteCertificates(Path.Combine(folder, AuthorityFolder.SigningCertificate), signing);
        WriteCertificates(Path.Combine(folder, AuthorityFolder.Chain), signing, root);
    }

    private static byte[] Sign(
        FileSigningKey subject, string name, PublicKey issuerKey, X509Certificate2? issuer, FileSigningKey issuerSigns, Period period, int pathLength)
    {
        var keyId = new X509SubjectKeyIdentifierExtension(subject.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, critical: false);
        // The key in the name: two roots with one name are told apart by no tool's messages.
        var subjectName = new X500DistinguishedName($"O=Hauberk, CN=Hauberk {name} {keyId.SubjectKeyIdentifier![..8]}");
        var request = new CertificateRequest(subjectName, subject.PublicKey, SignatureAlgorithm.Of(issuerKey).Hash);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(keyId);
        if (issuer is not null)
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        return ToBeSigned.Compose(request, issuer?.SubjectName ?? subjectName, issuerKey, period, SerialNumber.Random()).Sign(issuerSigns);
    }

    private static void WriteKey(string path, FileSigningKey key)
    {
        var pem = key.ExportPem();
        var bytes = Encoding.ASCII.GetBytes(pem);
        try
        {
            DurableFile.Create(path, bytes);
        }
        finally
        {
            Array.Clear(pem);
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static void WriteCertificates(string path, params IEnumerable<byte[]> certificates) =>
        DurableFile.Create(path, Encoding.ASCII.GetBytes(CertificatePem.Write(certificates.Select(static c => (ReadOnlyMemory<byte>)c))));
}
