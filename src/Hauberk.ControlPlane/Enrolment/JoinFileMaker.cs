using Hauberk.Api.Enrolment;
using Hauberk.CertificateAuthority.Joining;
using Hauberk.ControlPlane.Registry;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Enrolment;

/// <summary>What an operator hands to a machine: a fresh token with all that is needed to use it.</summary>
/// <param name="controlPlane">"host:port" for sidecars.</param>
internal sealed class JoinFileMaker(TrustDomain trustDomain, string controlPlane, TrustBundle bundle, JoinTokens tokens, MeshRegistry registry)
{
    public async Task<MadeJoinFile> MakeAsync(
        string @namespace, string workload, string serviceAccount, TimeSpan lifetime, CancellationToken cancellation)
    {
        var mesh = await registry.CaughtUpAsync(cancellation);
        if (mesh.FindWorkload($"{@namespace}/{workload}") is not { } entry)
            return MadeJoinFile.Refused("spec.workload", $"there is no WorkloadEntry {@namespace}/{workload}");
        if (entry.Endpoint.ServiceAccount != serviceAccount)
            return MadeJoinFile.Refused("spec.serviceAccount", $"the WorkloadEntry {@namespace}/{workload} has another service account");
        var minted = await tokens.MintAsync(new(trustDomain, @namespace, serviceAccount, workload, lifetime), cancellation);
        if (!minted.Succeeded) return MadeJoinFile.Refused("spec", minted.Problem.Message);
        return new(new JoinFile
        {
            ControlPlane = controlPlane,
            TrustDomain = trustDomain.Name,
            Workload = $"{@namespace}/{workload}",
            ServiceAccount = serviceAccount,
            Token = minted.Value.Reveal(),
            TrustBundle = bundle.ToPem(),
        }, "", "");
    }
}
