using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hauberk.Identity.Tests.Corpus;

/// <summary>The corpus: every way we know of in which a peer's chain can be wrong.</summary>
public static class BadCertificates
{
    public static IReadOnlyList<BadCertificate> All { get; } =
        [.. BadIdentities(), .. BadUsages(), .. BadPeriods(), .. BadAlgorithms(), .. BadExtensions(), .. BadPaths(), .. BadBytes()];

    private static BadCertificate Leaf(string name, IdentityProblemCode code, Func<CertificateRecipe, CertificateRecipe> change) =>
        new(name, code, mesh => TestMesh.Present(change(mesh.Leaf()).SignedBy(mesh.Intermediate), mesh.Intermediate));

    private static BadCertificate Intermediate(string name, IdentityProblemCode code, Func<CertificateRecipe, TestMesh, CertificateRecipe> change) =>
        new(name, code, mesh =>
        {
            var intermediate = change(mesh.Authority("CN=bad intermediate"), mesh).SignedBy(mesh.Root);
            return TestMesh.Present(mesh.Leaf().SignedBy(intermediate), intermediate);
        });

    private static IEnumerable<BadCertificate> BadIdentities() =>
    [
        Leaf("no alternative name", IdentityProblemCode.NoIdentity, static r => r with { Uris = [], Subject = "CN=spiffe://cluster.local/ns/shop/sa/web" }),
        Leaf("only a DNS name", IdentityProblemCode.NoIdentity, static r => r with { Uris = [], DnsNames = ["web.shop.svc"] }),
        Leaf("two identities", IdentityProblemCode.SeveralIdentities, static r => r with { Uris = [TestMesh.WebId, "spiffe://cluster.local/ns/shop/sa/admin"] }),
        Leaf("the same identity twice", IdentityProblemCode.SeveralIdentities, static r => r with { Uris = [TestMesh.WebId, TestMesh.WebId] }),
        Leaf("an identity and another URI", IdentityProblemCode.SeveralIdentities, static r => r with { Uris = [TestMesh.WebId, "https://example.com/"] }),
        Leaf("a URI of another scheme", IdentityProblemCode.NotSpiffe, static r => r with { Uris = ["https://cluster.local/ns/shop/sa/web"] }),
        Leaf("a trust domain with a port", IdentityProblemCode.InvalidTrustDomain, static r => r with { Uris = ["spiffe://cluster.local:443/ns/shop/sa/web"] }),
        Leaf("a trust domain in capitals", IdentityProblemCode.InvalidTrustDomain, static r => r with { Uris = ["spiffe://CLUSTER.local/ns/shop/sa/web"] }),
        Leaf("a path that climbs", IdentityProblemCode.InvalidPath, static r => r with { Uris = ["spiffe://cluster.local/ns/x/../shop/sa/web"] }),
        Leaf("a NUL in the path", IdentityProblemCode.InvalidPath, static r => r with { Uris = [TestMesh.WebId + "\0.evil"] }),
        Leaf("an identity too long", IdentityProblemCode.SpiffeIdTooLong, static r => r with { Uris = [TestMesh.WebId + new string('x', 2048)] }),
        Leaf("a bare trust domain", IdentityProblemCode.IdentityWithoutPath, static r => r with { Uris = ["spiffe://cluster.local"] }),
    ];

    private static IEnumerable<BadCertificate> BadUsages() =>
    [
        Leaf("a leaf that is an authority", IdentityProblemCode.LeafIsAuthority, static r => r with { IsAuthority = true }),
        Leaf("no key usage", IdentityProblemCode.MissingDigitalSignature, static r => r with { KeyUsage = X509KeyUsageFlags.None }),
        Leaf("no digitalSignature", IdentityProblemCode.MissingDigitalSignature, static r => r with { KeyUsage = X509KeyUsageFlags.KeyAgreement }),
        Leaf("a leaf with keyCertSign", IdentityProblemCode.LeafMaySignCertificates, static r => r with { KeyUsage = r.KeyUsage | X509KeyUsageFlags.KeyCertSign }),
        Leaf("a leaf with cRLSign", IdentityProblemCode.LeafMaySignCertificates, static r => r with { KeyUsage = r.KeyUsage | X509KeyUsageFlags.CrlSign }),
        Leaf("no extended key usage", IdentityProblemCode.MissingExtendedKeyUsage, static r => r with { ExtendedKeyUsages = [] }),
        Leaf("a leaf for code signing", IdentityProblemCode.WrongExtendedKeyUsage, static r => r with { ExtendedKeyUsages = [CertificateRecipe.CodeSigning] }),
        Leaf("a server's leaf as a client", IdentityProblemCode.WrongExtendedKeyUsage, static r => r with { ExtendedKeyUsages = [CertificateRecipe.ServerAuth] })
            with { Roles = [PeerRole.Client] },
        Leaf("a client's leaf as a server", IdentityProblemCode.WrongExtendedKeyUsage, static r => r with { ExtendedKeyUsages = [CertificateRecipe.ClientAuth] })
            with { Roles = [PeerRole.Server] },
        Intermediate("an intermediate for code signing", IdentityProblemCode.WrongExtendedKeyUsage, static (r, _) => r with { ExtendedKeyUsages = [CertificateRecipe.CodeSigning] }),
        Intermediate("an intermediate without keyCertSign", IdentityProblemCode.MissingKeyCertSign, static (r, _) => r with { KeyUsage = X509KeyUsageFlags.CrlSign }),
        Intermediate("an intermediate without key usage", IdentityProblemCode.MissingKeyCertSign, static (r, _) => r with { KeyUsage = X509KeyUsageFlags.None }),
        Intermediate("an intermediate that is no authority", IdentityProblemCode.IssuerIsNotAuthority, static (r, _) => r with { IsAuthority = false }),
        new("a leaf that issued a leaf", IdentityProblemCode.IssuerIsNotAuthority, static mesh =>
        {
            var web = mesh.Leaf().SignedBy(mesh.Intermediate);
            return TestMesh.Present(mesh.Leaf("spiffe://cluster.local/ns/shop/sa/admin").SignedBy(web), web, mesh.Intermediate);
        }),
    ];

    private static IEnumerable<BadCertificate> BadPeriods() =>
    [
        Leaf("an expired leaf", IdentityProblemCode.Expired, static r => r with { NotBefore = r.NotBefore.AddDays(-2), NotAfter = r.NotAfter.AddDays(-2) }),
        Leaf("a leaf of tomorrow", IdentityProblemCode.NotYetValid, static r => r with { NotBefore = r.NotBefore.AddDays(1), NotAfter = r.NotAfter.AddDays(1) }),
        Intermediate("an expired intermediate", IdentityProblemCode.Expired, static (r, mesh) => r with { NotAfter = mesh.Now.AddHours(-1) }),
        Intermediate("an intermediate of tomorrow", IdentityProblemCode.NotYetValid, static (r, mesh) => r with { NotBefore = mesh.Now.AddDays(1) }),
    ];

    private static IEnumerable<BadCertificate> BadAlgorithms() =>
    [
        Leaf("a leaf signed with SHA-1", IdentityProblemCode.UnacceptableSignatureAlgorithm, static r => r with { Hash = new HashAlgorithmName("SHA1") }),
        Intermediate("an intermediate signed with SHA-1", IdentityProblemCode.UnacceptableSignatureAlgorithm, static (r, _) => r with { Hash = new HashAlgorithmName("SHA1") }),
        new("a leaf signed with MD5", IdentityProblemCode.UnacceptableSignatureAlgorithm, static mesh =>
        {
            var intermediate = (mesh.Authority("CN=rsa intermediate") with { Key = RsaKey(2048) }).SignedBy(mesh.Root);
            return TestMesh.Present((mesh.Leaf() with { Hash = new HashAlgorithmName("MD5") }).SignedBy(intermediate), intermediate);
        }),
        Leaf("a leaf with RSA of 1024 bits", IdentityProblemCode.UnacceptableKey, static r => r with { Key = RsaKey(1024) }),
        Leaf("a leaf on secp256k1", IdentityProblemCode.UnacceptableKey, static r => r with { Key = EcKey("1.3.132.0.10") }),
        Leaf("a leaf on P-224", IdentityProblemCode.UnacceptableKey, static r => r with { Key = EcKey("1.3.132.0.33") }),
        Intermediate("an intermediate with RSA of 1024 bits", IdentityProblemCode.UnacceptableKey, static (r, _) => r with { Key = RsaKey(1024) }),
    ];

    private static IEnumerable<BadCertificate> BadExtensions() =>
    [
        Leaf("a leaf with an unknown critical extension", IdentityProblemCode.UnknownCriticalExtension, static r => r with { Extra = [Unknown] }),
        Intermediate("an intermediate with an unknown critical extension", IdentityProblemCode.UnknownCriticalExtension, static (r, _) => r with { Extra = [Unknown] }),
        Intermediate("an identity outside the name constraints", IdentityProblemCode.NameConstraintViolated, static (r, _) => r with { Extra = [CertificateRecipe.PermitOnly("other.example")] }),
    ];

    private static IEnumerable<BadCertificate> BadPaths() =>
    [
        new("a signature that was changed", IdentityProblemCode.BadSignature, static mesh =>
            TestMesh.Present(mesh.Leaf().SignedBy(mesh.Intermediate).WithBrokenSignature(), mesh.Intermediate)),
        new("an intermediate's signature that was changed", IdentityProblemCode.BadSignature, static mesh =>
            TestMesh.Present(mesh.Leaf().SignedBy(mesh.Intermediate), mesh.Intermediate.WithBrokenSignature())),
        new("a root that nobody knows", IdentityProblemCode.UntrustedRoot, static mesh =>
        {
            var stranger = mesh.Authority("CN=stranger").SelfSigned();
            return TestMesh.Present(mesh.Leaf().SignedBy(stranger), stranger);
        }),
        new("a root with the name of ours", IdentityProblemCode.UntrustedRoot, static mesh =>
        {
            var impostor = mesh.Authority("CN=root").SelfSigned();
            return TestMesh.Present(mesh.Leaf().SignedBy(impostor), impostor);
        }),
        new("a partner's root for our trust domain", IdentityProblemCode.UntrustedRoot, static mesh =>
            TestMesh.Present(mesh.Leaf().SignedBy(mesh.PartnerRoot), mesh.PartnerRoot)),
        new("our root for a partner's trust domain", IdentityProblemCode.UntrustedRoot, static mesh =>
            TestMesh.Present(mesh.Leaf("spiffe://partner.example/ns/shop/sa/web").SignedBy(mesh.Intermediate), mesh.Intermediate)),
        new("a trust domain that nobody knows", IdentityProblemCode.UnknownTrustDomain, static mesh =>
            TestMesh.Present(mesh.Leaf("spiffe://unknown.example/ns/shop/sa/web").SignedBy(mesh.Intermediate), mesh.Intermediate)),
        new("a leaf signed by itself", IdentityProblemCode.UntrustedRoot, static mesh => TestMesh.Present(mesh.Leaf().SelfSigned())),
        new("a missing intermediate", IdentityProblemCode.UntrustedRoot, static mesh => TestMesh.Present(mesh.Leaf().SignedBy(mesh.Intermediate))),
        new("the root itself as a peer", IdentityProblemCode.NoIdentity, static mesh => TestMesh.Present(mesh.Root)),
        new("an authority below an intermediate that allows none", IdentityProblemCode.PathLengthExceeded, static mesh =>
        {
            var below = mesh.Authority("CN=below").SignedBy(mesh.Intermediate);
            return TestMesh.Present(mesh.Leaf().SignedBy(below), below, mesh.Intermediate);
        }),
        new("a chain too long", IdentityProblemCode.ChainTooLong, static mesh =>
            TestMesh.Present(mesh.Leaf().SignedBy(mesh.Intermediate), [.. Enumerable.Repeat(mesh.Intermediate, PeerVerifier.MaxChainLength)])),
    ];

    private static IEnumerable<BadCertificate> BadBytes()
    {
        BadCertificate[] all =
        [
            new("no certificate", IdentityProblemCode.NoCertificate, static _ => new([], null)),
            new("bytes that are no certificate", IdentityProblemCode.MalformedCertificate, static _ => new([new byte[] { 1, 2, 3 }], null)),
            new("no bytes", IdentityProblemCode.MalformedCertificate, static _ => new([ReadOnlyMemory<byte>.Empty], null)),
            Damaged("a byte after the certificate", static der => [.. der, 0]),
            Damaged("a certificate cut short", static der => der[..^1]),
            Damaged("PEM in place of DER", static der => Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", der))),
            new("a certificate too large", IdentityProblemCode.CertificateTooLarge, static _ => new([new byte[64 * 1024]], null)),
        ];
        return all.Select(static bad => bad with { FitsHandshake = false });
    }

    private static BadCertificate Damaged(string name, Func<byte[], byte[]> damage) =>
        new(name, IdentityProblemCode.MalformedCertificate, mesh =>
            new([damage(mesh.Leaf().SignedBy(mesh.Intermediate).Der.ToArray()), mesh.Intermediate.Der], null));

    private static X509Extension Unknown => new("1.2.3.4.5", [5, 0], critical: true);

    private static RSA RsaKey(int bits) => RSA.Create(bits);

    private static ECDsa EcKey(string oid) => ECDsa.Create(ECCurve.CreateFromValue(oid));
}
