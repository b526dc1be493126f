namespace Hauberk.Policy.Resources;

public sealed record WorkloadEntryResource : Resource
{
    public required WorkloadEndpoint Endpoint { get; init; }

    /// <summary>
    /// Where its sidecar takes tunnels, as it last told the control plane (<c>status.sidecar.tunnelPort</c>); null: nowhere, or it never came.
    /// </summary>
    public int? TunnelPort { get; init; }
}
