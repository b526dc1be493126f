namespace Hauberk.Net.Detection;

/// <summary>What a connection's first bytes are.</summary>
public enum DetectedKind
{
    /// <summary>A whole TLS ClientHello.</summary>
    Tls,

    /// <summary>Begins as TLS and then breaks its rules, or never completes its ClientHello.</summary>
    MalformedTls,

    /// <summary>Not TLS.</summary>
    Plaintext,

    /// <summary>The client sent nothing in time: it may be waiting for the server to speak first.</summary>
    Silent,

    /// <summary>The client ended the connection without a byte.</summary>
    Ended,

    /// <summary>The connection was reset or closed.</summary>
    Broken,
}
