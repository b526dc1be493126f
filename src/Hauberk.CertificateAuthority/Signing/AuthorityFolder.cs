using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>
/// An authority as files, in the form of Istio's <c>cacerts</c>: <c>ca-cert.pem</c>, <c>ca-key.pem</c>, <c>root-cert.pem</c>, <c>cert-chain.pem</c>.
/// One that we made has <c>root-key.pem</c> too; it is read by nothing here and may be moved to a safe place.
/// </summary>
public static class AuthorityFolder
{
    internal const string SigningCertificate = "ca-cert.pem";
    internal const string SigningKey = "ca-key.pem";
    internal const string Roots = "root-cert.pem";
    internal const string Chain = "cert-chain.pem";
    internal const string RootKey = "root-key.pem";

    private const int MaxFileBytes = CertificatePem.MaxLength;

    /// <summary>Reads the authority in the folder, or makes one there if the folder is absent or empty. Never replaces anything.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static Outcome<Signer> LoadOrCreate(string folder, TrustDomain trustDomain, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
            AuthorityFounder.Found(folder, now);
        return Load(folder, trustDomain, now);
    }

    /// <summary>Reads an existing authority. Every problem names the file.</summary>
    public static Outcome<Signer> Load(string folder, TrustDomain trustDomain, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(trustDomain);
        var reading = new Reading(folder);
        var certificate = reading.Certificates(SigningCertificate, max: 1);
        var chain = reading.Certificates(Chain, PeerVerifier.MaxChainLength);
        var bundle = reading.Bundle(Roots, trustDomain);
        return reading.Problem is { } problem
            ? Outcome<Signer>.Refused(problem)
            : Verify(folder, certificate[0], chain, bundle!, now);
    }

    private static Outcome<Signer> Verify(
        string folder, ReadOnlyMemory<byte> certificateDer, IReadOnlyList<ReadOnlyMemory<byte>> chain, TrustBundle bundle, DateTimeOffset now)
    {
        // Istio's cert-chain.pem usually repeats ca-cert.pem at its head.
        var above = chain.Where(der => !der.Span.SequenceEqual(certificateDer.Span));
        var verified = AuthorityVerifier.Verify([certificateDer, .. above], bundle, now);
        if (verified.Problem is { } problem)
        {
            return Outcome<Signer>.Refused(AuthorityProblemCode.InvalidAuthority,
                $"{Path.Combine(folder, SigningCertificate)}, with {Chain} up to {Roots}, cannot issue: {problem.Message}");
        }
        var certificate = X509CertificateLoader.LoadCertificate(certificateDer.Span);
        var keyFile = Path.Combine(folder, SigningKey);
        if (FileSigningKey.TryRead(keyFile, certificate, out var key, out var keyProblem))
            return Outcome<Signer>.Of(new Signer(key, certificate, verified, bundle, [.. Warnings(folder)]));
        certificate.Dispose();
        return Outcome<Signer>.Refused(keyProblem);
    }

    private static IEnumerable<string> Warnings(string folder)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var path in new[] { SigningKey, RootKey }.Select(name => Path.Combine(folder, name)).Where(File.Exists))
        {
            if ((File.GetUnixFileMode(path) & ~Owner) != 0)
                yield return $"{path} can be read by other users than its owner; restrict it to mode 0600";
        }
    }

    /// <summary>Reads several files and keeps the first problem.</summary>
    private sealed class Reading(string folder)
    {
        public AuthorityProblem? Problem { get; private set; }

        public IReadOnlyList<ReadOnlyMemory<byte>> Certificates(string name, int max)
        {
            IReadOnlyList<ReadOnlyMemory<byte>>? certificates = null;
            if (Text(name) is { } pem && !CertificatePem.TryRead(pem, max, out certificates, out var problem))
                Refuse(name, problem.Message);
            return certificates ?? [];
        }

        public TrustBundle? Bundle(string name, TrustDomain trustDomain)
        {
            TrustBundle? bundle = null;
            if (Text(name) is { } pem && !TrustBundle.TryParsePem(trustDomain, pem, out bundle, out var problem))
                Refuse(name, problem.Message);
            return bundle;
        }

        private string? Text(string name)
        {
            try
            {
                return Encoding.ASCII.GetString(BoundedFile.Read(Path.Combine(folder, name), MaxFileBytes));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Refuse(name, e.Message);
                return null;
            }
        }

        private void Refuse(string name, string why) =>
            Problem ??= new(AuthorityProblemCode.InvalidFile, $"{Path.Combine(folder, name)} cannot be used: {why}");
    }
}
