using Grpc.Core;
using Hauberk.ControlPlane.Registry;
using Hauberk.Identity;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>A certificate may speak for a workload as long as the WorkloadEntry of that name has the certificate's namespace and account.</summary>
internal sealed class NodeAdmission(string node, SpiffeId peer)
{
    /// <exception cref="RpcException">PermissionDenied: it may not, or no longer.</exception>
    public WorkloadEntryResource Check(MeshSnapshot mesh)
    {
        var entry = mesh.FindWorkload(node);
        var isOwn = entry is not null
            && peer.TrustDomain.Name == mesh.Mesh.TrustDomain
            && peer.Namespace == entry.Metadata.Namespace
            && peer.ServiceAccount == entry.Endpoint.ServiceAccount;
        // One message for both: a certificate must not be good for finding out which workloads there are.
        return isOwn ? entry! : throw new RpcException(new Status(
            StatusCode.PermissionDenied, $"there is no WorkloadEntry {IdentityProblem.Show(node)} that {peer} may speak for"));
    }
}
