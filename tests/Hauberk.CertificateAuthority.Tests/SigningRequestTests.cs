using System.Security.Cryptography;
using CsCheck;
using Hauberk.CertificateAuthority.Issuing;

namespace Hauberk.CertificateAuthority.Tests;

public sealed class SigningRequestTests
{
    public static TheoryData<string> GoodKeys => ["p256", "p384", "p521", "rsa2048"];

    [Theory]
    [MemberData(nameof(GoodKeys))]
    public void A_request_gives_its_key(string kind)
    {
        using var key = Key(kind);
        Assert.True(SigningRequest.TryParsePem(TestAuthority.RequestPem(key), out var request, out var problem), problem?.ToString());
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), request.PublicKey.ExportSubjectPublicKeyInfo());
    }

    public static TheoryData<string> WeakKeys => ["rsa1024", "p224", "secp256k1"];

    [Theory]
    [MemberData(nameof(WeakKeys))]
    public void A_key_below_the_floor_is_refused(string kind)
    {
        using var key = Key(kind);
        Assert.False(SigningRequest.TryParsePem(TestAuthority.RequestPem(key), out _, out var problem));
        Assert.Equal(AuthorityProblemCode.UnacceptableKey, problem.Code);
    }

    [Fact]
    public void A_request_that_its_key_did_not_sign_is_refused()
    {
        using var key = Key("p256");
        var pem = TestAuthority.RequestPem(key);
        var der = Convert.FromBase64String(string.Concat(pem.Split('\n')[1..^1]));
        der[^1] ^= 1;
        Refused(PemEncoding.WriteString("CERTIFICATE REQUEST", der));
    }

    [Fact]
    public void A_request_with_another_key_put_in_is_refused()
    {
        using var key = Key("p256");
        using var other = Key("p256");
        var der = Convert.FromBase64String(string.Concat(TestAuthority.RequestPem(key).Split('\n')[1..^1]));
        var at = der.AsSpan().IndexOf(key.ExportSubjectPublicKeyInfo());
        other.ExportSubjectPublicKeyInfo().CopyTo(der.AsSpan(at));
        Refused(PemEncoding.WriteString("CERTIFICATE REQUEST", der));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----")]
    public void What_is_no_request_is_refused(string? pem) => Refused(pem);

    [Fact]
    public void A_request_of_a_megabyte_is_refused_by_its_length_alone()
    {
        using var key = Key("p256");
        Refused(TestAuthority.RequestPem(key) + new string('\n', 1 << 20));
    }

    [Fact]
    public void A_request_with_any_byte_changed_never_throws_and_never_passes_with_another_key()
    {
        using var key = Key("p256");
        var der = Convert.FromBase64String(string.Concat(TestAuthority.RequestPem(key).Split('\n')[1..^1]));
        Gen.Select(Gen.Int[0, der.Length - 1], Gen.Byte[1, 255]).Sample(change =>
        {
            var changed = (byte[])der.Clone();
            changed[change.Item1] ^= change.Item2;
            return !SigningRequest.TryParsePem(PemEncoding.WriteString("CERTIFICATE REQUEST", changed), out _, out _);
        }, iter: 1000, threads: 1);
    }

    private static void Refused(string? pem)
    {
        Assert.False(SigningRequest.TryParsePem(pem, out var request, out var problem));
        Assert.Null(request);
        Assert.Equal(AuthorityProblemCode.InvalidSigningRequest, problem.Code);
    }

    private static AsymmetricAlgorithm Key(string kind) => kind switch
    {
        "p256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        "p384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "p521" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        "p224" => ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.33")),
        "secp256k1" => ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")),
        _ => RsaKey(int.Parse(kind.AsSpan(3), provider: null)),
    };

    private static RSA RsaKey(int bits) => RSA.Create(bits);
}
