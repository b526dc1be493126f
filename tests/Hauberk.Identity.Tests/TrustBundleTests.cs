using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Hauberk.Identity.Tests.Corpus;

namespace Hauberk.Identity.Tests;

public sealed class TrustBundleTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TrustDomain Domain = TrustDomain.Parse("cluster.local");
    private static readonly TestMesh Mesh = new(Now);

    [Fact]
    public void A_bundle_survives_the_round_trip_through_pem()
    {
        var bundle = TestMesh.Bundle("cluster.local", Mesh.Root, Mesh.PartnerRoot);
        Assert.True(TrustBundle.TryParsePem(Domain, bundle.ToPem(), out var read, out _));
        Assert.Equal(TrustBundleSet.Of(bundle).Version, TrustBundleSet.Of(read).Version);
        Assert.Equal(2, read.Roots.Count);
    }

    [Fact]
    public void The_version_depends_on_contents_alone_not_on_order_or_repetition()
    {
        var version = TrustBundleSet.Of(TestMesh.Bundle("a", Mesh.Root, Mesh.PartnerRoot), TestMesh.Bundle("b", Mesh.Root)).Version;
        Assert.Equal(version, TrustBundleSet.Of(TestMesh.Bundle("b", Mesh.Root, Mesh.Root), TestMesh.Bundle("a", Mesh.PartnerRoot, Mesh.Root)).Version);
        Assert.NotEqual(version, TrustBundleSet.Of(TestMesh.Bundle("a", Mesh.Root), TestMesh.Bundle("b", Mesh.Root, Mesh.PartnerRoot)).Version);
        Assert.NotEqual(version, TrustBundleSet.Of(TestMesh.Bundle("a", Mesh.Root, Mesh.PartnerRoot)).Version);
    }

    [Fact]
    public void With_replaces_the_bundle_of_the_same_trust_domain_only()
    {
        var changed = Mesh.Bundles.With(TestMesh.Bundle("cluster.local", Mesh.PartnerRoot));
        Assert.NotEqual(Mesh.Bundles.Version, changed.Version);
        Assert.Equal(["cluster.local", "partner.example"], changed.Bundles.Select(static b => b.TrustDomain.Name));
        Assert.Equal(IdentityProblemCode.UntrustedRoot, PeerVerifier.Verify(Mesh.Web().Der, changed, PeerRole.Client, Now).Problem?.Code);
    }

    public static TheoryData<string> UnfitRoots => ["leaf", "intermediate", "no keyCertSign", "weak key", "sha1", "critical", "garbage", "none", "too many"];

    [Theory]
    [MemberData(nameof(UnfitRoots))]
    public void What_cannot_be_a_root_is_refused(string kind)
    {
        var authority = Mesh.Authority("CN=root");
        IEnumerable<ReadOnlyMemory<byte>> roots = kind switch
        {
            "leaf" => [Mesh.Leaf().SelfSigned().Der],
            "intermediate" => [Mesh.Intermediate.Der],
            "no keyCertSign" => [(authority with { KeyUsage = X509KeyUsageFlags.CrlSign }).SelfSigned().Der],
            "weak key" => [(authority with { Key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")) }).SelfSigned().Der],
            "sha1" => [(authority with { Hash = new HashAlgorithmName("SHA1") }).SelfSigned().Der],
            "critical" => [(authority with { Extra = [new X509Extension("1.2.3.4", [5, 0], critical: true)] }).SelfSigned().Der],
            "garbage" => [new byte[] { 48, 3, 1, 2, 3 }],
            "none" => [],
            "too many" => Enumerable.Range(0, TrustBundle.MaxRoots + 1).Select(_ => authority.SelfSigned().Der),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        Assert.False(TrustBundle.TryCreate(Domain, roots, out _, out var problem));
        Assert.Equal(IdentityProblemCode.InvalidTrustBundle, problem.Code);
    }

    [Fact]
    public void Pem_with_a_key_a_damaged_block_or_nothing_in_it_is_refused()
    {
        var pem = CertificatePem.Write([Mesh.Root.Der]);
        Assert.False(CertificatePem.TryRead(pem + Mesh.Root.KeyPem, 10, out _, out var key));
        Assert.False(CertificatePem.TryRead(pem + pem[..^20], 10, out _, out var damaged));
        Assert.False(CertificatePem.TryRead(pem + pem, 1, out _, out var tooMany));
        Assert.False(CertificatePem.TryRead("nothing", 10, out _, out var nothing));
        Assert.False(CertificatePem.TryRead(new string('x', CertificatePem.MaxLength + 1), 10, out _, out var tooLong));
        Assert.All([key, damaged, tooMany, nothing, tooLong], static p => Assert.Equal(IdentityProblemCode.InvalidPem, p?.Code));
        Assert.DoesNotContain("PRIVATE KEY-----\n", key.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_as_pem_gives_an_answer() =>
        Gen.String.Sample(static text => CertificatePem.TryRead("-----BEGIN CERTIFICATE-----\n" + text, 4, out _, out var problem) == (problem is null));
}
