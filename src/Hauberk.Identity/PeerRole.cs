namespace Hauberk.Identity;

/// <summary>Which end of a TLS connection the peer is; decides the extended key usage that its certificate must have.</summary>
public enum PeerRole
{
    /// <summary>The peer called us: clientAuth is demanded.</summary>
    Client,

    /// <summary>We called the peer: serverAuth is demanded.</summary>
    Server,
}
