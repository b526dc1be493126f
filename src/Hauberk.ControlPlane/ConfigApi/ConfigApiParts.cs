using Hauberk.ControlPlane.Distribution;
using Hauberk.ControlPlane.Enrolment;
using Hauberk.ControlPlane.Flows;
using Hauberk.ControlPlane.Observability;
using Hauberk.ControlPlane.Registry;
using Hauberk.ControlPlane.Store;

namespace Hauberk.ControlPlane.ConfigApi;

/// <summary>What the config API shows and changes.</summary>
internal sealed record ConfigApiParts(
    IResourceStore Store,
    ResourceWriter Writer,
    AdminCredential Admin,
    MeshRegistry Registry,
    ConnectedSidecars Sidecars,
    FlowLedger Flows,
    ServerFirstPorts ServerFirst,
    JoinFileMaker JoinFiles,
    ControlPlaneMetrics Metrics);
