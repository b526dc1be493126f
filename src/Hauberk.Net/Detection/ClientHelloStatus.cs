namespace Hauberk.Net.Detection;

public enum ClientHelloStatus
{
    /// <summary>So far it is the beginning of a ClientHello.</summary>
    NeedMore,

    /// <summary>The first bytes are not a TLS handshake's.</summary>
    NotTls,

    /// <summary>It begins as TLS and then breaks its rules or the size bound.</summary>
    Invalid,

    Complete,
}
