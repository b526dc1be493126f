using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Hauberk.Identity;

/// <summary>Certificates as PEM text: the order is kept, text outside the blocks is skipped, any other kind of block is refused.</summary>
public static class CertificatePem
{
    public const int MaxLength = 1 << 20;

    private const string Label = "CERTIFICATE";

    /// <summary>Reads one to <paramref name="maxCertificates"/> DER certificates out of at most 1 MiB of PEM.</summary>
    public static bool TryRead(
        ReadOnlySpan<char> pem,
        int maxCertificates,
        [NotNullWhen(true)] out IReadOnlyList<ReadOnlyMemory<byte>>? certificates,
        [NotNullWhen(false)] out IdentityProblem? problem)
    {
        certificates = null;
        var found = new List<ReadOnlyMemory<byte>>();
        problem = pem.Length > MaxLength ? Invalid($"is longer than {MaxLength} characters") : Read(pem, maxCertificates, found);
        if (problem is not null)
            return false;
        certificates = found;
        return true;
    }

    public static string Write(IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        return string.Concat(certificates.Select(static der => PemEncoding.WriteString(Label, der.Span) + "\n"));
    }

    private static IdentityProblem? Read(ReadOnlySpan<char> pem, int maxCertificates, List<ReadOnlyMemory<byte>> found)
    {
        while (PemEncoding.TryFind(pem, out var block))
        {
            if (!pem[block.Label].SequenceEqual(Label))
                return Invalid($"has a block {IdentityProblem.Show(pem[block.Label])}");
            if (found.Count == maxCertificates)
                return Invalid($"has more than {maxCertificates} certificates");
            var der = new byte[block.DecodedDataLength];
            if (!Convert.TryFromBase64Chars(pem[block.Base64Data], der, out var written) || written != der.Length)
                return Invalid("has a block that is not base64");
            found.Add(der);
            pem = pem[block.Location.End..];
        }
        // A block that is cut short or damaged is not found at all; without this it would be dropped silently.
        if (pem.Contains("-----BEGIN", StringComparison.Ordinal))
            return Invalid("has a damaged block");
        return found.Count == 0 ? Invalid("has no certificate") : null;
    }

    private static IdentityProblem Invalid(string what) => new(IdentityProblemCode.InvalidPem, $"the PEM text {what}");
}
