using System.Security.Cryptography;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Sidecar.Tests.Identity;

/// <summary>Certificates for the workload shop/web, as the mesh of a test issues them.</summary>
internal static class TestWorkload
{
    public static readonly SpiffeId Id = SpiffeId.Parse(TestMesh.WebId);

    public static WorkloadCertificate Certificate(TestMesh mesh, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leaf = (mesh.Leaf() with { Key = key, NotBefore = notBefore, NotAfter = notAfter }).SignedBy(mesh.Intermediate);
        Assert.True(
            WorkloadCertificate.TryCreate([leaf.Der, mesh.Intermediate.Der], key, Id, mesh.Bundles, notBefore, out var certificate, out var problem), problem);
        return certificate;
    }
}
