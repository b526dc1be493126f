using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Registry;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.Observability;

/// <summary>Whether this control plane can do its work; each problem is a sentence for an operator.</summary>
internal sealed class ControlPlaneHealth(SqliteStore store, MeshRegistry registry, ServerCertificate certificate, TimeProvider clock)
{
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (store.Failure is { } failure) problems.Add($"the store takes no writes: {failure.Message}");
        if (!registry.IsFollowing) problems.Add("the registry no longer follows the store");
        if (certificate.NotAfter <= clock.GetUtcNow()) problems.Add("the control plane's own certificate has expired");
        return problems;
    }
}
