namespace Hauberk.Sidecar.Capture;

/// <summary>How the kernel tells the sidecar's own connections from those of the applications.</summary>
public enum OwnTrafficKind
{
    Uid,
    Gid,

    /// <summary>A mark on its sockets: for user namespaces that have one user only.</summary>
    Mark,
}
