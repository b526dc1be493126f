namespace Hauberk.Policy.Decision;

/// <summary>What a server accepts on a port: the effective result of every PeerAuthentication that applies (specification 1.7).</summary>
public enum ServerMode
{
    Permissive,
    Strict,
    Disable,
}
