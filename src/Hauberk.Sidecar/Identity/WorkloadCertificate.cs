using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;

namespace Hauberk.Sidecar.Identity;

/// <summary>What this workload proves who it is with. Verified as its peers will verify it before it is made; immutable.</summary>
public sealed class WorkloadCertificate
{
    private WorkloadCertificate(
        SpiffeId identity,
        ImmutableArray<ReadOnlyMemory<byte>> chainDer,
        ReadOnlyMemory<byte> privateKeyDer,
        DateTimeOffset notBefore,
        DateTimeOffset notAfter)
    {
        Identity = identity;
        ChainDer = chainDer;
        PrivateKeyDer = privateKeyDer;
        NotBefore = notBefore;
        NotAfter = notAfter;
    }

    public SpiffeId Identity { get; }

    /// <summary>The leaf, then intermediates: what goes on the wire. No root.</summary>
    public ImmutableArray<ReadOnlyMemory<byte>> ChainDer { get; }

    /// <summary>PKCS#8. Secret: never logged, never on disk but in the identity file.</summary>
    public ReadOnlyMemory<byte> PrivateKeyDer { get; }

    public DateTimeOffset NotBefore { get; }

    /// <summary>The earliest end of validity over the chain, root included.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <param name="chainDer">Leaf first; roots are left out.</param>
    /// <param name="expected">The one identity that this workload may have.</param>
    public static bool TryCreate(
        IReadOnlyList<ReadOnlyMemory<byte>> chainDer,
        ECDsa key,
        SpiffeId expected,
        TrustBundleSet bundles,
        DateTimeOffset now,
        [NotNullWhen(true)] out WorkloadCertificate? certificate,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(chainDer);
        ArgumentNullException.ThrowIfNull(key);
        certificate = null;
        var chain = WithoutRoots(chainDer);
        // It serves and it calls: both of its peers must accept it.
        var asServer = PeerVerifier.Verify(chain, bundles, PeerRole.Server, now);
        var asClient = PeerVerifier.Verify(chain, bundles, PeerRole.Client, now);
        problem = asServer.Problem?.ToString() ?? asClient.Problem?.ToString();
        if (problem is not null)
            return false;
        if (asServer.Identity != expected)
            problem = $"the certificate is for {asServer.Identity}, not for {expected}";
        else if (!BelongsTo(key, chain[0]))
            problem = "the certificate is for another key";
        if (problem is not null)
            return false;
        certificate = new WorkloadCertificate(expected, chain, key.ExportPkcs8PrivateKey(), asServer.NotBefore, asServer.NotAfter);
        return true;
    }

    /// <summary>The key, in memory that the caller disposes of.</summary>
    public ECDsa OpenKey()
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(PrivateKeyDer.Span, out _);
        return key;
    }

    public override string ToString() => $"{Identity} until {NotAfter:O}";

    private static ImmutableArray<ReadOnlyMemory<byte>> WithoutRoots(IReadOnlyList<ReadOnlyMemory<byte>> chain) =>
        [.. chain.Take(1), .. chain.Skip(1).Where(static der => !IsRoot(der))];

    private static bool IsRoot(ReadOnlyMemory<byte> der)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(der.Span);
            return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
        }
        catch (CryptographicException)
        {
            // The verifier says what is wrong with it.
            return false;
        }
    }

    private static bool BelongsTo(ECDsa key, ReadOnlyMemory<byte> leafDer)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(leafDer.Span);
        return leaf.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo());
    }
}
