using System.Text;
using Hauberk.Net.Tests.Support;
using Hauberk.Net.Tls;

namespace Hauberk.Net.Tests.Tls;

public sealed class TlsContextTests : LoopTest
{
    private readonly TestAuthority authority = new();

    [Fact]
    public void The_library_is_OpenSSL_3() => Assert.StartsWith("OpenSSL 3.", OpenSslLibrary.Version, StringComparison.Ordinal);

    [Fact]
    public void A_key_that_is_not_the_certificates_is_refused()
    {
        using TlsIdentity one = authority.Issue("one");
        (_, string otherKey) = authority.IssuePem("other");
        using TlsIdentity mixed = FromPem(authority.IssuePem("one").CertificatePem, otherKey);
        AssertRefused(mixed, "private key");
    }

    [Fact]
    public void A_key_too_weak_for_the_security_level_is_refused()
    {
        using var key = System.Security.Cryptography.RSA.Create(1024);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=weak", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        var start = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(start, start.AddYears(10));
        using TlsIdentity weak = FromPem(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        AssertRefused(weak, "the certificate: ee key too small");
    }

    [Fact]
    public void Trailing_bytes_after_a_certificate_are_refused()
    {
        using TlsIdentity good = authority.Issue("one");
        byte[] longer = [.. good.CertificateChain[0].Span, 0];
        using var bad = new TlsIdentity([longer], good.PrivateKey);
        AssertRefused(bad, "a certificate");
    }

    [Fact]
    public void A_server_without_an_identity_is_refused() => AssertRefused(null, "needs an identity");

    [Fact]
    public void An_unusable_protocol_name_is_refused()
    {
        using TlsIdentity identity = authority.Issue("one");
        var options = new TlsContextOptions { Role = TlsRole.Client, Identity = identity, VerifyPeer = authority.Verify, AlpnProtocols = [new string('x', 256)] };
        Assert.False(TlsContext.TryCreate(options, out _, out string? problem));
        Assert.Contains("ALPN", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "key", "no certificate")]
    [InlineData("certificate", "", "0 unencrypted private keys")]
    [InlineData("certificate", "keykey", "2 unencrypted private keys")]
    [InlineData("certificate", "encrypted", "0 unencrypted private keys")]
    public void Pem_text_without_what_is_needed_is_refused(string certificate, string key, string expected)
    {
        (string certificatePem, string keyPem) = authority.IssuePem("one");
        string keys = key switch { "key" => keyPem, "keykey" => keyPem + "\n" + keyPem, "encrypted" => keyPem.Replace("PRIVATE", "ENCRYPTED PRIVATE", StringComparison.Ordinal), _ => "" };
        Assert.False(TlsIdentity.TryFromPem(Ascii(certificate == "" ? "" : certificatePem), Ascii(keys), out _, out string? problem));
        Assert.StartsWith(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_identity_has_no_key()
    {
        TlsIdentity identity = authority.Issue("one");
        identity.Dispose();
        Assert.True(identity.PrivateKey.IndexOfAnyExcept((byte)0) < 0);
    }

    private void AssertRefused(TlsIdentity? identity, string expected)
    {
        var options = new TlsContextOptions { Role = TlsRole.Server, Identity = identity, VerifyPeer = authority.Verify };
        Assert.False(TlsContext.TryCreate(options, out _, out string? problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    private static TlsIdentity FromPem(string certificate, string key)
    {
        Assert.True(TlsIdentity.TryFromPem(Ascii(certificate), Ascii(key), out TlsIdentity? identity, out _));
        return identity;
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
