using System.Buffers;

namespace Hauberk.Policy.Validation;

/// <summary>Tokens of RFC 9110, section 5.6.2.</summary>
internal static class HttpToken
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(Characters);

    /// <summary>A header name, or a pseudo header such as ":authority".</summary>
    public static bool IsHeaderName(ReadOnlySpan<char> text) => IsToken(text.StartsWith(":") ? text[1..] : text);
}
