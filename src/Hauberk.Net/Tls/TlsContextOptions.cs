namespace Hauberk.Net.Tls;

/// <summary>What a context is made from. The protocol is TLS 1.3 alone, without renegotiation or early data.</summary>
public sealed record TlsContextOptions
{
    public required TlsRole Role { get; init; }

    /// <summary>Own certificate and key. Servers need one; a client without cannot satisfy a server that asks.</summary>
    public required TlsIdentity? Identity { get; init; }

    /// <summary>Judges the peer's certificates, which servers always demand.</summary>
    public required PeerVerificationCallback VerifyPeer { get; init; }

    /// <summary>
    /// Protocols by preference (RFC 7301), each 1 to 255 ASCII characters. A client offers them; a server selects the first one that the
    /// client offered, and goes on without when there is none.
    /// </summary>
    public IReadOnlyList<string> AlpnProtocols { get; init; } = [];

    /// <summary>
    /// Whether a later connection to the same peer may go on from this one's secrets (RFC 8446, section 2.2), which saves both sides the signatures.
    /// Every resumption asks <see cref="VerifyPeer"/> again about the certificates that the peer proved itself with. Tickets die with the context.
    /// </summary>
    public bool AllowsResumption { get; init; }

    /// <summary>TLS 1.3 suites by preference, in OpenSSL's notation.</summary>
    public string CipherSuites { get; init; } = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

    /// <summary>Key-exchange groups by preference, in OpenSSL's notation.</summary>
    public string Groups { get; init; } = "X25519:P-256:P-384";
}
