namespace Hauberk.CertificateAuthority;

/// <summary>Why the authority refused. Names are stable: logs, metrics and tests use them.</summary>
public enum AuthorityProblemCode
{
    /// <summary>A file of the authority's folder is missing, unreadable, over its bound or not what its name says.</summary>
    InvalidFile = 1,

    /// <summary>The private key is not that of the certificate.</summary>
    KeyDoesNotMatch,

    /// <summary>The signing certificate does not chain to the root as an authority that may issue leaves.</summary>
    InvalidAuthority,

    /// <summary>The signing request is too long, cannot be read, or is not signed by the key that it carries.</summary>
    InvalidSigningRequest,

    /// <summary>The key in the signing request is below the floor.</summary>
    UnacceptableKey,

    /// <summary>The identity belongs to the mesh's own programs.</summary>
    ReservedIdentity,

    /// <summary>The identity is not of the form <c>ns/X/sa/Y</c> of this authority's trust domain.</summary>
    ForeignIdentity,

    /// <summary>The validity asked for is over the maximum.</summary>
    ValidityTooLong,

    /// <summary>The signing certificate, or one above it, is outside its validity.</summary>
    SignerNotValid,

    /// <summary>A name for the server certificate is not a DNS name.</summary>
    InvalidServerName,

    /// <summary>A join token was asked for with a lifetime or a name out of bounds.</summary>
    InvalidTokenRequest,

    /// <summary>The text is not a join token, or there is no such token. Not told apart, so that nobody can probe.</summary>
    TokenNotAccepted,

    TokenExpired,
    TokenUsed,
}
