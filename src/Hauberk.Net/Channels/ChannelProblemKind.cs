namespace Hauberk.Net.Channels;

public enum ChannelProblemKind
{
    /// <summary>The peer reset the connection.</summary>
    Reset,

    /// <summary>The connection ended without the end being authenticated (TLS without close_notify): bytes may be missing.</summary>
    Truncated,

    /// <summary>The peer stopped answering (keep-alive or unacknowledged data).</summary>
    TimedOut,

    /// <summary>The peer refused our TLS handshake after it looked complete from here (TLS 1.3 servers can only answer so).</summary>
    HandshakeRejected,

    /// <summary>The peer ended the TLS session with a fatal alert.</summary>
    TlsAlert,

    /// <summary>The peer broke the TLS protocol.</summary>
    TlsProtocol,

    /// <summary>The peer broke the tunnel's protocol (HTTP/2), or makes us queue more answers than is bearable.</summary>
    TunnelProtocol,

    /// <summary>This side cut it: its owner, the end of the loop, or an internal error.</summary>
    Cut,

    /// <summary>Any other failure of the socket.</summary>
    Socket,
}
