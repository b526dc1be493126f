using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Hauberk.CertificateAuthority.Joining;

/// <summary>
/// The bearer's half of a join token: <c>hbk1.&lt;id&gt;.&lt;secret&gt;</c>, with 24 hexadecimal digits of id and 43 characters of base64url for 256 random
/// bits. <see cref="ToString"/> shows the id alone, so that a token in a log is no leak.
/// </summary>
public sealed class JoinToken
{
    public const int Length = 73;

    private const string Prefix = "hbk1.";
    private const int IdBytes = 12;
    private const int SecretBytes = 32;
    private const int SecretStart = 30;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    private readonly string text;

    private JoinToken(string text, string secretSha256) => (this.text, SecretSha256) = (text, secretSha256);

    /// <summary>24 hexadecimal digits; not secret.</summary>
    public string Id => text[Prefix.Length..(SecretStart - 1)];

    internal string SecretSha256 { get; }

    /// <summary>The whole token, to be given once to whom it is for.</summary>
    public string Reveal() => text;

    public override string ToString() => $"{Prefix}{Id}.…";

    /// <summary>Exact: no white space around, no other spelling of the same bytes.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out JoinToken? token)
    {
        token = null;
        if (text?.Length != Length || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[SecretStart - 1] != '.')
            return false;
        if (text.AsSpan(Prefix.Length, 2 * IdBytes).ContainsAnyExcept(Hexadecimal))
            return false;
        Span<byte> secret = stackalloc byte[SecretBytes];
        try
        {
            if (!Base64Url.TryDecodeFromChars(text.AsSpan(SecretStart), secret, out var written) || written != SecretBytes)
                return false;
            token = new JoinToken(text, Hash(secret));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    internal static JoinToken Random()
    {
        Span<byte> secret = stackalloc byte[SecretBytes];
        RandomNumberGenerator.Fill(secret);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var token = new JoinToken($"{Prefix}{id}.{Base64Url.EncodeToString(secret)}", Hash(secret));
        CryptographicOperations.ZeroMemory(secret);
        return token;
    }

    private static string Hash(ReadOnlySpan<byte> secret) => Convert.ToHexStringLower(SHA256.HashData(secret));
}
