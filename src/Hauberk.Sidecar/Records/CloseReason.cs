namespace Hauberk.Sidecar.Records;

/// <summary>Why a connection ended. Stable: in access records, flows and metrics, in this spelling.</summary>
public enum CloseReason
{
    None,

    // By the client or the server
    Finished,
    Reset,
    Truncated,

    // By the sidecar, before a decision
    TooManyConnections,
    TooManyHandshakes,
    TooManyHandshakesFromSource,
    NoOriginalDestination,
    OwnPort,
    NoConfiguration,
    NoCertificate,
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

    // By the sidecar, later
    PermissionLost,
    PeerCertificateExpired,
    Draining,
    InternalError,
}
