namespace Hauberk.Net.Tls;

/// <summary>
/// Judges a peer's certificates, on the loop's thread, in the middle of the handshake: it must not touch connections. It alone decides:
/// there is no trust store behind it. An exception refuses the peer.
/// </summary>
public delegate PeerVerdict PeerVerificationCallback(PeerChain chain);
