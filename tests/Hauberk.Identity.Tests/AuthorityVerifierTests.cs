using Hauberk.Identity.Tests.Corpus;

namespace Hauberk.Identity.Tests;

public sealed class AuthorityVerifierTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestMesh Mesh = new(Now);
    private static readonly TrustBundle Bundle = TestMesh.Bundle("cluster.local", Mesh.Root);

    [Fact]
    public void An_intermediate_is_accepted_with_its_whole_path()
    {
        var verification = AuthorityVerifier.Verify([Mesh.Intermediate.Der], Bundle, Now);
        Assert.Null(verification.Problem);
        Assert.Equal([Mesh.Intermediate.Der.ToArray(), Mesh.Root.Der.ToArray()], verification.Path.Select(static d => d.ToArray()));
        Assert.Equal(Now.AddDays(365), verification.NotAfter);
    }

    [Fact]
    public void A_root_may_issue_by_itself() =>
        Assert.Single(AuthorityVerifier.Verify([Mesh.Root.Der], Bundle, Now).Path);

    [Fact]
    public void What_could_not_issue_an_acceptable_leaf_is_refused()
    {
        var below = Mesh.Authority("CN=below").SignedBy(Mesh.Intermediate);
        var codeSigning = (Mesh.Authority("CN=code") with { ExtendedKeyUsages = [CertificateRecipe.CodeSigning] }).SignedBy(Mesh.Root);
        var oneSided = (Mesh.Authority("CN=server") with { ExtendedKeyUsages = [CertificateRecipe.ServerAuth] }).SignedBy(Mesh.Root);
        Assert.Equal(IdentityProblemCode.PathLengthExceeded, Problem(below, Mesh.Intermediate));
        Assert.Equal(IdentityProblemCode.WrongExtendedKeyUsage, Problem(codeSigning));
        Assert.Equal(IdentityProblemCode.WrongExtendedKeyUsage, Problem(oneSided));
        Assert.Equal(IdentityProblemCode.UntrustedRoot, Problem(Mesh.PartnerRoot));
        Assert.Equal(IdentityProblemCode.IssuerIsNotAuthority, Problem(Mesh.Leaf().SignedBy(Mesh.Root)));
        Assert.Equal(IdentityProblemCode.BadSignature, Problem(Mesh.Intermediate.WithBrokenSignature()));
        Assert.Equal(IdentityProblemCode.Expired, AuthorityVerifier.Verify([Mesh.Intermediate.Der], Bundle, Now.AddDays(400)).Problem?.Code);
        Assert.Equal(IdentityProblemCode.NoCertificate, AuthorityVerifier.Verify([], Bundle, Now).Problem?.Code);
        Assert.Equal(IdentityProblemCode.MalformedCertificate, AuthorityVerifier.Verify([new byte[] { 1 }], Bundle, Now).Problem?.Code);
    }

    private static IdentityProblemCode? Problem(params TestCertificate[] chain) =>
        AuthorityVerifier.Verify([.. chain.Select(static c => c.Der)], Bundle, Now).Problem?.Code;
}
