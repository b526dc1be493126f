using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Hauberk.Net.Tls;

/// <summary>
/// A certificate chain (own certificate first) with its private key, in memory only. Needed until the contexts are made from it;
/// disposal wipes the key.
/// </summary>
public sealed class TlsIdentity : IDisposable
{
    private readonly byte[] privateKey;

    /// <param name="certificateChain">Certificates as DER, own certificate first.</param>
    /// <param name="privateKey">The key as DER: PKCS#8, or the traditional form of EC or RSA. Copied.</param>
    public TlsIdentity(IReadOnlyList<ReadOnlyMemory<byte>> certificateChain, ReadOnlySpan<byte> privateKey)
    {
        CertificateChain = certificateChain;
        this.privateKey = privateKey.ToArray();
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> CertificateChain { get; }

    internal ReadOnlySpan<byte> PrivateKey => privateKey;

    /// <summary>Reads PEM text (RFC 7468, ASCII). The caller wipes its own copy of the key.</summary>
    public static bool TryFromPem(
        ReadOnlySpan<byte> certificateChainPem,
        ReadOnlySpan<byte> privateKeyPem,
        [NotNullWhen(true)] out TlsIdentity? identity,
        [NotNullWhen(false)] out string? problem)
    {
        identity = null;
        List<byte[]> certificates = Decode(certificateChainPem, static label => label.SequenceEqual("CERTIFICATE"u8));
        List<byte[]> keys = Decode(privateKeyPem, static label => label.EndsWith("PRIVATE KEY"u8) && !label.StartsWith("ENCRYPTED"u8));
        problem = certificates.Count == 0 ? "no certificate in the PEM text"
            : keys.Count != 1 ? $"{keys.Count} unencrypted private keys in the PEM text, exactly one is needed"
            : null;
        if (problem is null) identity = new TlsIdentity([.. certificates.Select(certificate => (ReadOnlyMemory<byte>)certificate)], keys[0]);
        foreach (byte[] key in keys) CryptographicOperations.ZeroMemory(key);
        return identity is not null;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(privateKey);

    private static List<byte[]> Decode(ReadOnlySpan<byte> pem, LabelFilter filter)
    {
        var found = new List<byte[]>();
        while (PemEncoding.TryFindUtf8(pem, out PemFields fields))
        {
            if (filter(pem[fields.Label]) && DecodeBody(pem[fields.Base64Data], fields.DecodedDataLength) is { } body) found.Add(body);
            pem = pem[fields.Location.End..];
        }
        return found;
    }

    private static byte[]? DecodeBody(ReadOnlySpan<byte> base64, int length)
    {
        var body = new byte[length];
        return System.Buffers.Text.Base64.DecodeFromUtf8(base64, body, out _, out int written) == OperationStatus.Done && written == length
            ? body
            : null;
    }

    private delegate bool LabelFilter(ReadOnlySpan<byte> label);
}
