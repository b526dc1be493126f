namespace Hauberk.Sidecar.Records;

/// <summary>How a connection's bytes travelled between the two hosts.</summary>
public enum ConnectionSecurity
{
    /// <summary>Not known: the connection ended before it was classified.</summary>
    None,

    /// <summary>No TLS of the mesh. On a port in mode DISABLE nobody looked.</summary>
    Plaintext,

    /// <summary>TLS that is not the mesh's: the application's own, or that of a DestinationRule.</summary>
    Tls,

    /// <summary>To something outside the mesh, as the application sent it.</summary>
    Passthrough,

    /// <summary>Mutual TLS, one connection for each connection of the application.</summary>
    MutualTls,

    /// <summary>A mutually authenticated tunnel, or a stream of one.</summary>
    Tunnel,
}
