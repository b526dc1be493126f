namespace Hauberk.Net.Tls;

/// <summary>Why a handshake did not succeed.</summary>
public enum TlsProblemKind
{
    /// <summary>The deadline passed.</summary>
    TimedOut,

    /// <summary>The peer ended the connection.</summary>
    PeerClosed,

    /// <summary>The peer reset the connection, or it failed in another way.</summary>
    ConnectionFailed,

    /// <summary>What came is not TLS.</summary>
    NotTls,

    /// <summary>The peer refused us with an alert: <see cref="TlsProblem.AlertReceived"/>.</summary>
    RejectedByPeer,

    /// <summary>Our verifier refused the peer's certificates; the detail is its reason.</summary>
    PeerRefused,

    /// <summary>The peer showed no certificate.</summary>
    NoPeerCertificate,

    /// <summary>The peer broke the protocol, or there is nothing both sides support.</summary>
    Protocol,

    /// <summary>This side closed the connection while the handshake ran.</summary>
    Aborted,
}
