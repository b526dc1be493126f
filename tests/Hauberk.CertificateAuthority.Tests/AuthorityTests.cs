using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.CertificateAuthority.Issuing;
using Hauberk.CertificateAuthority.Journal;
using Hauberk.CertificateAuthority.Signing;
using Hauberk.Identity;

namespace Hauberk.CertificateAuthority.Tests;

public sealed class AuthorityTests : IAsyncDisposable
{
    private readonly TestAuthority test = new();

    public ValueTask DisposeAsync() => test.DisposeAsync();

    [Fact]
    public async Task A_workload_gets_a_certificate_that_its_peers_accept_in_both_roles()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issued = await Issue(TestAuthority.Web, TestAuthority.Request(key));
        foreach (var role in Enum.GetValues<PeerRole>())
        {
            var verification = PeerVerifier.Verify(issued.Chain, TrustBundleSet.Of(issued.Bundle), role, test.Clock.Now);
            Assert.Equal(TestAuthority.Web, verification.Identity);
        }
        using var leaf = X509CertificateLoader.LoadCertificate(issued.Chain[0].Span);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), leaf.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal(test.Clock.Now.AddHours(24), issued.NotAfter);
        Assert.Equal(test.Clock.Now.AddMinutes(-2), issued.NotBefore);
        Assert.Equal("", leaf.Subject);
        Assert.True(leaf.Extensions["2.5.29.17"]!.Critical);
    }

    [Fact]
    public async Task An_rsa_key_may_also_encipher_keys_and_an_ec_key_may_not()
    {
        using var rsa = RSA.Create(2048);
        Assert.Equal(
            X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment,
            KeyUsage(await Issue(TestAuthority.Web, TestAuthority.Request(rsa))));
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, KeyUsage(await Issue(TestAuthority.Web, TestAuthority.Request())));
    }

    [Fact]
    public async Task Names_and_extensions_in_the_request_are_ignored()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = TestAuthority.RequestPem(key, static request =>
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri("spiffe://cluster.local/ns/hauberk-system/sa/control-plane"));
            names.AddDnsName("control-plane.example");
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        });
        Assert.True(SigningRequest.TryParsePem(pem, out var request, out _));
        var issued = await Issue(TestAuthority.Web, request);
        using var leaf = X509CertificateLoader.LoadCertificate(issued.Chain[0].Span);
        Assert.Equal(TestAuthority.Web, Verify(issued).Identity);
        Assert.False(leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.False(leaf.MatchesHostname("control-plane.example"));
    }

    public static TheoryData<string, AuthorityProblemCode> RefusedIdentities => new()
    {
        { "spiffe://cluster.local/ns/hauberk-system/sa/control-plane", AuthorityProblemCode.ReservedIdentity },
        { "spiffe://cluster.local/ns/hauberk-system/sa/anything", AuthorityProblemCode.ReservedIdentity },
        { "spiffe://cluster.local/ns/HAUBERK-system/sa/control-plane", AuthorityProblemCode.ReservedIdentity },
        { "spiffe://cluster.local/ns/hauberk-system/sa/control-plane/x", AuthorityProblemCode.ForeignIdentity },
        { "spiffe://other.example/ns/shop/sa/web", AuthorityProblemCode.ForeignIdentity },
        { "spiffe://cluster.local/anything", AuthorityProblemCode.ForeignIdentity },
        { "spiffe://cluster.local", AuthorityProblemCode.ForeignIdentity },
    };

    [Theory]
    [MemberData(nameof(RefusedIdentities))]
    public async Task Identities_that_are_not_a_workload_of_this_mesh_are_never_issued(string identity, AuthorityProblemCode code)
    {
        var outcome = await test.Authority.IssueAsync(SpiffeId.Parse(identity), TestAuthority.Request(), 0);
        Assert.Equal(code, outcome.Problem?.Code);
        Assert.Empty(await test.CloseJournalAsync());
    }

    [Theory]
    [InlineData(0, 24 * 3600)]
    [InlineData(-5, 24 * 3600)]
    [InlineData(long.MinValue, 24 * 3600)]
    [InlineData(10, 10)]
    [InlineData(90L * 24 * 3600, 90L * 24 * 3600)]
    public async Task The_validity_is_what_was_asked_for_or_the_default(long asked, long given)
    {
        var issued = await Issue(TestAuthority.Web, TestAuthority.Request(), asked);
        Assert.Equal(test.Clock.Now.AddSeconds(given), issued.NotAfter);
    }

    [Theory]
    [InlineData(90L * 24 * 3600 + 1)]
    [InlineData(long.MaxValue)]
    public async Task A_validity_over_the_maximum_is_refused(long asked) =>
        Assert.Equal(AuthorityProblemCode.ValidityTooLong, (await test.Authority.IssueAsync(TestAuthority.Web, TestAuthority.Request(), asked)).Problem?.Code);

    [Fact]
    public async Task No_leaf_outlives_the_chain_that_signed_it()
    {
        test.Clock.Now = test.Signer.NotAfter.AddHours(-1);
        Assert.Equal(test.Signer.NotAfter, (await Issue(TestAuthority.Web, TestAuthority.Request())).NotAfter);
        test.Clock.Now = test.Signer.NotAfter;
        Assert.Equal(AuthorityProblemCode.SignerNotValid, (await test.Authority.IssueAsync(TestAuthority.Web, TestAuthority.Request(), 0)).Problem?.Code);
    }

    [Fact]
    public async Task The_control_plane_gets_its_identity_from_within_with_names_for_clients_that_check_them()
    {
        var outcome = await test.Authority.IssueControlPlaneAsync(["mesh.example", "localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        using var own = outcome.Value!;
        using var certificate = own.ToX509Certificate();
        Assert.Equal(SpiffeId.ControlPlane(TestAuthority.Domain), Verify(own.Certificate).Identity);
        Assert.True(certificate.HasPrivateKey);
        Assert.All(["mesh.example", "localhost", "127.0.0.1", "::1"], name => Assert.True(certificate.MatchesHostname(name), name));
    }

    [Theory]
    [InlineData("no spaces allowed")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("10.0.0.1")]
    public async Task A_server_name_that_is_no_dns_name_is_refused(string name) =>
        Assert.Equal(AuthorityProblemCode.InvalidServerName, (await test.Authority.IssueControlPlaneAsync([name], [])).Problem?.Code);

    [Fact]
    public async Task The_journal_has_the_intent_before_the_issue_and_the_hash_of_what_was_signed()
    {
        var issued = await Issue(TestAuthority.Web, TestAuthority.Request());
        var lines = await test.CloseJournalAsync();
        Assert.Equal([IssuanceStep.Intent, IssuanceStep.Issued], lines.Select(static l => l.Step));
        Assert.All(lines, line =>
        {
            Assert.Equal(issued.SerialNumber, line.Serial);
            Assert.Equal(TestAuthority.Web.ToString(), line.Identity);
            Assert.Equal(issued.NotAfter, line.NotAfter);
            Assert.Equal(HashOfToBeSigned(issued.Chain[0]), line.Sha256);
        });
        using var leaf = X509CertificateLoader.LoadCertificate(issued.Chain[0].Span);
        Assert.Equal(issued.SerialNumber, leaf.SerialNumber, ignoreCase: true);
    }

    [Fact]
    public void Serial_numbers_are_positive_and_of_one_length_as_they_are() =>
        Assert.All(Enumerable.Range(0, 500), static _ => Assert.InRange(SerialNumber.Random()[0], 0x40, 0x7F));

    [Fact]
    public async Task Nothing_is_issued_when_the_journal_cannot_be_written()
    {
        await test.Journal.DisposeAsync();
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => test.Authority.IssueAsync(TestAuthority.Web, TestAuthority.Request(), 0));
    }

    [Fact]
    public async Task Many_at_once_get_different_serial_numbers_and_each_is_recorded()
    {
        var issued = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Issue(TestAuthority.Web, TestAuthority.Request())));
        Assert.Equal(50, issued.DistinctBy(static i => i.SerialNumber).Count());
        Assert.Equal(100, (await test.CloseJournalAsync()).Count);
    }

    private async Task<IssuedCertificate> Issue(SpiffeId identity, SigningRequest request, long validitySeconds = 0)
    {
        var outcome = await test.Authority.IssueAsync(identity, request, validitySeconds);
        Assert.True(outcome.Succeeded, outcome.Problem?.ToString());
        return outcome.Value;
    }

    private PeerVerification Verify(IssuedCertificate issued) =>
        PeerVerifier.Verify(issued.Chain, TrustBundleSet.Of(issued.Bundle), PeerRole.Server, test.Clock.Now);

    private static X509KeyUsageFlags KeyUsage(IssuedCertificate issued)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(issued.Chain[0].Span);
        return leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages;
    }

    private static string HashOfToBeSigned(ReadOnlyMemory<byte> certificate)
    {
        var outer = new System.Formats.Asn1.AsnReader(certificate, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        return Convert.ToHexStringLower(SHA256.HashData(outer.ReadEncodedValue().Span));
    }
}
