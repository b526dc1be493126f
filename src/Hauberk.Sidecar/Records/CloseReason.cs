namespace Hauberk.Sidecar.Records;

/// <summary>Why a connection ended. Stable: in access records, flows and metrics, in this spelling.</summary>
public enum CloseReason
{
    None,

    // By the client or the server
    Finished,
    Reset,

    /// <summary>TLS without a proper end: bytes may be missing.</summary>
    Truncated,
    PeerTimedOut,
    TlsError,

    /// <summary>The other end of the tunnel broke HTTP/2.</summary>
    TunnelError,

    /// <summary>The server's sidecar did not accept ours.</summary>
    RejectedByServer,

    // By the sidecar, before a decision
    TooManyConnections,
    TooManyConnectionsFromSource,
    TooManyHandshakes,
    TooManyHandshakesFromSource,
    NoOriginalDestination,
    OwnPort,

    /// <summary>A tunnel's client asks for an address that is not this workload's.</summary>
    NotThisWorkload,

    /// <summary>A tunnel's client asks for a port that capture leaves alone.</summary>
    ExcludedPort,
    NoConfiguration,
    NoCertificate,
    DetectionTimeout,
    ClosedWhileDetecting,
    HandshakeTimeout,
    HandshakeFailed,
    PeerCertificateRefused,

    // By the sidecar, deciding
    NotAuthorized,
    DetailsUnavailable,
    DetailsUnreadable,
    DestinationPortUnknown,
    NoEndpoint,
    TlsModeNotSupported,

    // Reaching the other side
    ConnectRefused,
    ConnectTimeout,
    Unreachable,
    ConnectFailed,

    // By the sidecar, later
    PermissionLost,
    Draining,
    InternalError,
}
