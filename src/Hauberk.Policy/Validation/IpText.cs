using System.Buffers;
using System.Globalization;
using System.Net;
using Hauberk.Policy.Decision.Authorization;

namespace Hauberk.Policy.Validation;

/// <summary>Addresses and CIDR blocks in their plain notation; the shorthands that IPAddress also reads ("10.1", "0x7f.1") are refused.</summary>
internal static class IpText
{
    private static readonly SearchValues<char> V6Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    public static bool IsAddress(string text) => Parse(text) is not null;

    public static IPAddress? Parse(string text)
    {
        var isPlain = text.Contains(':', StringComparison.Ordinal) ? text.Length <= 45 && !text.AsSpan().ContainsAnyExcept(V6Characters) : IsPlainV4(text);
        return isPlain && IPAddress.TryParse(text, out var address) ? address : null;
    }

    /// <summary>What the decision reads as a range: an address, or an address and a prefix length; host bits may be set.</summary>
    public static bool IsAddressOrBlock(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return AddressRange.TryParse(text, out _) && (slash < 0 || IsPlainNumber(text[(slash + 1)..], 128));
    }

    public static string? CheckAddressOrBlock(string text) =>
        IsAddressOrBlock(text) ? null : $"\"{ForeignText.Shown(text)}\" is neither an IP address nor a CIDR block.";

    /// <summary>Decimal, no sign, no leading zero.</summary>
    public static bool IsPlainNumber(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most &&
        (text.Length == 1 || text[0] != '0');

    private static bool IsPlainV4(string text) => text.Split('.') is { Length: 4 } parts && parts.All(part => IsPlainNumber(part, 255));
}
