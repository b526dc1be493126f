namespace Hauberk.ControlPlane.Store;

/// <summary>What the control plane keeps for itself beside the operators' resources: no API serves this group.</summary>
internal static class InternalKinds
{
    public const string Group = "internal.hauberk.dev";
}
