using System.Text;

namespace Hauberk.EndToEnd.Tests;

/// <summary>What the bytes of a capture show.</summary>
internal static class Captured
{
    // Extension supported_versions of a ServerHello: TLS 1.3.
    private static readonly byte[] tls13 = [0x00, 0x2b, 0x00, 0x02, 0x03, 0x04];

    public static bool Shows(string text, byte[] packets) => packets.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;

    /// <summary>A capture that saw nothing proves nothing: a TLS 1.3 handshake must be in it.</summary>
    public static void AssertTls13Without(string secret, byte[] packets)
    {
        Assert.True(packets.AsSpan().IndexOf(tls13) >= 0, "no TLS 1.3 handshake was captured");
        Assert.False(Shows(secret, packets), $"'{secret}' was captured in the clear");
    }
}
