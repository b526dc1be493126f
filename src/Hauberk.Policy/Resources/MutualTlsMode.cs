namespace Hauberk.Policy.Resources;

/// <summary>A mode as written in PeerAuthentication. What applies in the end is a <see cref="Decision.ServerMode"/>.</summary>
public enum MutualTlsMode
{
    Unset,
    Disable,
    Permissive,
    Strict,
}
