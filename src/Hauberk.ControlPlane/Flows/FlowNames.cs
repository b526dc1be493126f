using System.Net;
using Hauberk.Api.Flows;
using Hauberk.ControlPlane.Mesh;
using Hauberk.ControlPlane.Registry;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Flows;

/// <summary>Writes into a flow what only the control plane can vouch for: the reporter, and the workloads behind the addresses.</summary>
internal sealed class FlowNames(MeshRegistry registry)
{
    // A tunnel was asked for somebody else's address: that is not the end which reports it.
    private const string NotThisWorkload = "NotThisWorkload";

    public void FillIn(Flow flow, VerifiedPeer reporter, IPAddress? from)
    {
        var mesh = registry.Current;
        var source = WorkloadAt(mesh, flow.SourceAddress);
        var destination = WorkloadAt(mesh, flow.DestinationAddress);
        flow.SourceWorkload = source?.QualifiedName ?? "";
        flow.DestinationWorkload = destination?.QualifiedName ?? "";
        // The near end of what it reports, else where it calls from; either way only a workload of the identity that it proved.
        var near = flow.Direction != "inbound" ? source : flow.CloseReason == NotThisWorkload ? null : destination;
        flow.Reporter = (Proven(near, reporter) ?? Proven(WorkloadAt(mesh, from), reporter) ?? Only(mesh, reporter))?.QualifiedName ?? "";
    }

    private static WorkloadEntryResource? WorkloadAt(MeshSnapshot mesh, string address) =>
        IPEndPoint.TryParse(address, out var endpoint) ? WorkloadAt(mesh, endpoint.Address) : null;

    private static WorkloadEntryResource? WorkloadAt(MeshSnapshot mesh, IPAddress? address) =>
        address is null ? null : mesh.WorkloadsByAddress.GetValueOrDefault(Claim.Canonical(address));

    private static WorkloadEntryResource? Proven(WorkloadEntryResource? workload, VerifiedPeer reporter) =>
        workload is not null && workload.Metadata.Namespace == reporter.Identity.Namespace
            && workload.Endpoint.ServiceAccount == reporter.Identity.ServiceAccount ? workload : null;

    /// <summary>Behind a translated address: the one workload of the identity, if there is only one.</summary>
    private static WorkloadEntryResource? Only(MeshSnapshot mesh, VerifiedPeer reporter) =>
        mesh.Namespaces.TryGetValue(reporter.Identity.Namespace ?? "", out var @namespace)
        && @namespace.Workloads.Values.Where(w => Proven(w, reporter) is not null).Take(2).ToList() is [var only] ? only : null;
}
