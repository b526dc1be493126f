using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Hauberk.Identity.Tests.Corpus;

namespace Hauberk.Identity.Tests;

public sealed class PeerVerifierTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestMesh Mesh = new(Now);

    public static TheoryData<string, PeerRole> Refusals =>
        [.. BadCertificates.All.SelectMany(static bad => bad.Roles.Select(role => (bad.Name, role)))];

    public static TheoryData<PeerRole> Roles => [PeerRole.Client, PeerRole.Server];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Every_bad_certificate_is_refused_with_its_own_reason(string name, PeerRole role)
    {
        var bad = BadCertificates.All.Single(b => b.Name == name);
        var verification = Verify(bad.Make(Mesh), role);
        Assert.Null(verification.Identity);
        Assert.Equal(bad.Code, verification.Problem?.Code);
    }

    [Fact]
    public void The_corpus_shows_every_reason_that_a_chain_can_be_refused_for()
    {
        var elsewhere = new[] { IdentityProblemCode.InvalidTrustBundle, IdentityProblemCode.InvalidPem, IdentityProblemCode.ChainNotVerified };
        Assert.Empty(Enum.GetValues<IdentityProblemCode>().Except(elsewhere).Except(BadCertificates.All.Select(static b => b.Code)));
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void A_workload_of_the_mesh_is_accepted_for_as_long_as_its_shortest_certificate(PeerRole role)
    {
        var verification = Accept(Mesh.Web(), role);
        Assert.Equal(TestMesh.WebId, verification.Identity!.ToString());
        Assert.Equal(Now.AddHours(24), verification.NotAfter);
        Assert.Equal(Now.AddMinutes(-2), verification.NotBefore);
    }

    [Fact]
    public void The_period_is_bounded_by_the_root_too()
    {
        var root = (Mesh.Authority("CN=short root") with { NotAfter = Now.AddHours(1) }).SelfSigned();
        var bundles = TrustBundleSet.Of(TestMesh.Bundle("cluster.local", root));
        var verification = PeerVerifier.Verify([Mesh.Leaf().SignedBy(root).Der], bundles, PeerRole.Client, Now);
        Assert.Equal(Now.AddHours(1), verification.NotAfter);
        Assert.Equal(
            IdentityProblemCode.Expired,
            PeerVerifier.Verify([Mesh.Leaf().SignedBy(root).Der], bundles, PeerRole.Client, Now.AddHours(2)).Problem?.Code);
    }

    [Fact]
    public void A_root_restricted_to_another_usage_vouches_for_no_peer()
    {
        var root = (Mesh.Authority("CN=root") with { ExtendedKeyUsages = [CertificateRecipe.CodeSigning] }).SelfSigned();
        var bundles = TrustBundleSet.Of(TestMesh.Bundle("cluster.local", root));
        Assert.Equal(
            IdentityProblemCode.WrongExtendedKeyUsage,
            PeerVerifier.Verify([Mesh.Leaf().SignedBy(root).Der], bundles, PeerRole.Client, Now).Problem?.Code);
    }

    public static TheoryData<string> KeyKinds => ["rsa2048", "rsa3072", "p384", "p521"];

    [Theory]
    [MemberData(nameof(KeyKinds))]
    public void Every_key_at_or_above_the_floor_is_accepted_in_leaf_and_authority(string kind)
    {
        var intermediate = (Mesh.Authority("CN=other") with { Key = Key(kind), Hash = HashAlgorithmName.SHA384 }).SignedBy(Mesh.Root);
        Accept(TestMesh.Present((Mesh.Leaf() with { Key = Key(kind), Hash = HashAlgorithmName.SHA512 }).SignedBy(intermediate), intermediate));
    }

    [Fact]
    public void A_certificate_in_the_shape_that_Istio_issues_is_accepted()
    {
        var root = (Mesh.Authority("O=cluster.local") with { Key = Key("rsa2048") }).SelfSigned();
        var leaf = (Mesh.Leaf() with
        {
            Subject = "",
            Key = Key("rsa2048"),
            KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment,
        }).SignedBy(root);
        var bundles = TrustBundleSet.Of(TestMesh.Bundle("cluster.local", root));
        Assert.Null(PeerVerifier.Verify([leaf.Der, root.Der], bundles, PeerRole.Server, Now).Problem);
    }

    [Fact]
    public void Dns_names_beside_the_identity_are_ignored() =>
        Accept(TestMesh.Present((Mesh.Leaf() with { DnsNames = ["a.example", "b.example"] }).SignedBy(Mesh.Intermediate), Mesh.Intermediate));

    [Fact]
    public void Name_constraints_that_permit_the_trust_domain_let_it_through()
    {
        var constrained = (Mesh.Authority("CN=constrained") with { Extra = [CertificateRecipe.PermitOnly("cluster.local")] }).SignedBy(Mesh.Root);
        Accept(TestMesh.Present(Mesh.Leaf().SignedBy(constrained), constrained));
    }

    [Fact]
    public void Each_trust_domain_is_accepted_by_its_own_root() =>
        Accept(TestMesh.Present(Mesh.Leaf("spiffe://partner.example/anything/at-all").SignedBy(Mesh.PartnerRoot)));

    [Fact]
    public void During_a_rotation_leaves_of_both_roots_are_accepted_whatever_their_names()
    {
        var next = Mesh.Authority("CN=root").SelfSigned();
        var bundles = TrustBundleSet.Of(TestMesh.Bundle("cluster.local", Mesh.Root, next));
        Assert.Null(PeerVerifier.Verify([Mesh.Leaf().SignedBy(next).Der], bundles, PeerRole.Client, Now).Problem);
        Assert.Null(PeerVerifier.Verify(Mesh.Web().Der, bundles, PeerRole.Client, Now).Problem);
    }

    [Fact]
    public void The_empty_set_trusts_nobody() =>
        Assert.Equal(
            IdentityProblemCode.UnknownTrustDomain,
            PeerVerifier.Verify(Mesh.Web().Der, TrustBundleSet.Empty, PeerRole.Client, Now).Problem?.Code);

    [Fact]
    public void A_certificate_expires_at_the_very_second_it_says()
    {
        Assert.Null(PeerVerifier.Verify(Mesh.Web().Der, Mesh.Bundles, PeerRole.Client, Now.AddHours(24).AddSeconds(-1)).Problem);
        Assert.Equal(
            IdentityProblemCode.Expired,
            PeerVerifier.Verify(Mesh.Web().Der, Mesh.Bundles, PeerRole.Client, Now.AddHours(24)).Problem?.Code);
    }

    [Fact]
    public void An_intermediate_in_the_users_own_store_completes_no_chain()
    {
        var kept = Mesh.Authority("CN=kept by the user").SignedBy(Mesh.Root);
        var leaf = Mesh.Leaf().SignedBy(kept);
        using var store = new X509Store(StoreName.CertificateAuthority, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        store.Add(kept.Certificate);
        Assert.Equal(IdentityProblemCode.UntrustedRoot, Verify(TestMesh.Present(leaf), PeerRole.Client).Problem?.Code);
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_pass() =>
        Gen.Byte.Array[0, 300].Array[0, 4].Sample(static chain =>
            !PeerVerifier.Verify([.. chain.Select(static c => (ReadOnlyMemory<byte>)c)], Mesh.Bundles, PeerRole.Client, Now).IsAccepted);

    [Fact]
    public void A_good_leaf_with_any_byte_changed_never_throws_and_never_passes()
    {
        var web = Mesh.Web();
        var leaf = web.Der[0].ToArray();
        Gen.Select(Gen.Int[0, leaf.Length - 1], Gen.Byte[1, 255]).Sample(change =>
        {
            var changed = (byte[])leaf.Clone();
            changed[change.Item1] ^= change.Item2;
            return !PeerVerifier.Verify([changed, web.Der[1]], Mesh.Bundles, PeerRole.Client, Now).IsAccepted;
        }, iter: 2000, threads: 1);
    }

    private static AsymmetricAlgorithm Key(string kind) => kind switch
    {
        "rsa2048" => RSA.Create(2048),
        "rsa3072" => RSA.Create(3072),
        "p384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        "p521" => ECDsa.Create(ECCurve.NamedCurves.nistP521),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static PeerVerification Verify(PresentedChain chain, PeerRole role) => PeerVerifier.Verify(chain.Der, Mesh.Bundles, role, Now);

    private static PeerVerification Accept(PresentedChain chain, PeerRole role = PeerRole.Client)
    {
        var verification = Verify(chain, role);
        Assert.True(verification.IsAccepted, verification.Problem?.ToString());
        return verification;
    }
}
