namespace Hauberk.Identity.Tests.Corpus;

/// <summary>
/// A trust domain with a root and an intermediate, beside a partner with a root of its own, all valid around <paramref name="now"/>. The same
/// mesh can be given to a verifier in a test or to a live sidecar.
/// </summary>
public sealed class TestMesh(DateTimeOffset now)
{
    public const string TrustDomainName = "cluster.local";
    public const string PartnerName = "partner.example";
    public const string WebId = "spiffe://cluster.local/ns/shop/sa/web";

    public DateTimeOffset Now { get; } = now;

    public TestCertificate Root { get; } = CertificateRecipe.Authority("CN=root", now).SelfSigned();

    public TestCertificate Intermediate => field ??= (Authority("CN=intermediate") with { PathLength = 0 }).SignedBy(Root);

    public TestCertificate PartnerRoot { get; } = CertificateRecipe.Authority("CN=partner root", now).SelfSigned();

    /// <summary>What the mesh trusts: each root for its own trust domain.</summary>
    public TrustBundleSet Bundles => field ??= TrustBundleSet.Of(Bundle(TrustDomainName, Root), Bundle(PartnerName, PartnerRoot));

    /// <summary>A recipe for a faultless workload of the mesh.</summary>
    public CertificateRecipe Leaf(string uri = WebId) => CertificateRecipe.Leaf(uri, Now);

    public CertificateRecipe Authority(string subject) => CertificateRecipe.Authority(subject, Now);

    /// <summary>The faultless peer.</summary>
    public PresentedChain Web() => Present(Leaf().SignedBy(Intermediate), Intermediate);

    public static TrustBundle Bundle(string trustDomain, params TestCertificate[] roots) =>
        TrustBundle.TryCreate(TrustDomain.Parse(trustDomain), roots.Select(static r => r.Der), out var bundle, out var problem)
            ? bundle
            : throw new InvalidOperationException(problem.ToString());

    public static PresentedChain Present(TestCertificate leaf, params TestCertificate[] above) =>
        new([leaf.Der, .. above.Select(static c => c.Der)], leaf.Key);
}
