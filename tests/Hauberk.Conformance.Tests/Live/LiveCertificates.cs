using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Conformance.Tests.Live;

/// <summary>One authority that vouches for every trust domain a case names, and what it has issued.</summary>
internal sealed class LiveCertificates
{
    private readonly TestMesh mesh = new(TimeProvider.System.GetUtcNow());
    private readonly TestCertificate intermediate;
    private readonly ConcurrentDictionary<SpiffeId, TestCertificate> leaves = [];

    public LiveCertificates() => intermediate = mesh.Intermediate;

    public TrustBundleSet BundlesOf(IEnumerable<TrustDomain> trustDomains) =>
        TrustBundleSet.Of(trustDomains.Distinct().Select(d => TestMesh.Bundle(d.Name, mesh.Root)));

    /// <summary>For a sidecar.</summary>
    public WorkloadCertificate ForWorkload(SpiffeId identity)
    {
        var leaf = Leaf(identity);
        Assert.True(WorkloadCertificate.TryCreate(
            [leaf.Der, intermediate.Der], (ECDsa)leaf.Key, identity, BundlesOf([identity.TrustDomain]), mesh.Now, out var certificate, out var problem), problem);
        return certificate;
    }

    /// <summary>For a peer of whatever make.</summary>
    public SslStreamCertificateContext ForPeer(SpiffeId identity)
    {
        var leaf = Leaf(identity);
        return SslStreamCertificateContext.Create(
            ECDsaCertificateExtensions.CopyWithPrivateKey(leaf.Certificate, (ECDsa)leaf.Key), [intermediate.Certificate], offline: true);
    }

    private TestCertificate Leaf(SpiffeId identity) => leaves.GetOrAdd(identity, i => mesh.Leaf(i.ToString()).SignedBy(intermediate));
}
