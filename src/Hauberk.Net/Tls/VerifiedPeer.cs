namespace Hauberk.Net.Tls;

/// <summary>Certificates, null where they could not be read, and what the verifier said about them.</summary>
internal sealed record VerifiedPeer(PeerChain? Chain, PeerVerdict Verdict);
