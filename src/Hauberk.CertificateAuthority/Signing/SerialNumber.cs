using System.Security.Cryptography;

namespace Hauberk.CertificateAuthority.Signing;

/// <summary>126 random bits in 16 bytes, so that serial numbers neither repeat nor can be foreseen.</summary>
internal static class SerialNumber
{
    public static byte[] Random()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        // RFC 5280 wants it positive: with the first bit set, DER adds a byte, and tools show another number than the journal.
        // The second bit set gives all the same length in text.
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }
}
