namespace Hauberk.Policy.Resolution;

/// <summary>Scopes of PeerAuthentication, each overriding the one before (specification 1.4).</summary>
public enum ModeScope
{
    Default,
    Mesh,
    Namespace,
    Workload,
    Port,
}
