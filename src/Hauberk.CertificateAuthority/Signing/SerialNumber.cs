using System.Security.Cryptography;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>128 random bits, never zero, so that serial numbers neither repeat nor can be foreseen.</summary>
internal static class SerialNumber
{
    public static byte[] Random()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        // RFC 5280 wants it positive; a set bit at the top also fixes its length in text.
        serial[0] |= 0x40;
        return serial;
    }
}
