namespace Hauberk.Identity;

/// <summary>Why an identity, a bundle or a peer's certificate was refused. Names are stable: logs, metrics and tests use them.</summary>
public enum IdentityProblemCode
{
    /// <summary>A SPIFFE ID is longer than 2048 bytes.</summary>
    SpiffeIdTooLong = 1,

    /// <summary>The text does not start with <c>spiffe://</c>.</summary>
    NotSpiffe,

    /// <summary>The trust domain is empty, longer than 255 bytes or has a character outside <c>a-z 0-9 . - _</c> (a port or user info included).</summary>
    InvalidTrustDomain,

    /// <summary>The path has an empty, <c>.</c> or <c>..</c> segment, a trailing slash, or a character outside <c>A-Z a-z 0-9 . - _</c>.</summary>
    InvalidPath,

    /// <summary>A trust bundle has no root, too many, or one that cannot vouch for anybody.</summary>
    InvalidTrustBundle,

    /// <summary>The text is not the PEM that was expected, or is over its bound.</summary>
    InvalidPem,

    NoCertificate,
    ChainTooLong,
    CertificateTooLarge,

    /// <summary>Not one DER certificate of version 3, or an extension in it cannot be read or appears twice.</summary>
    MalformedCertificate,

    /// <summary>A critical extension that this verifier does not enforce.</summary>
    UnknownCriticalExtension,

    /// <summary>Signed with something other than SHA-256, SHA-384 or SHA-512 over ECDSA or RSA PKCS#1.</summary>
    UnacceptableSignatureAlgorithm,

    /// <summary>Not EC P-256, P-384, P-521 or RSA of 2048 to 8192 bits.</summary>
    UnacceptableKey,

    NotYetValid,
    Expired,

    /// <summary>The leaf has no URI among its subject alternative names.</summary>
    NoIdentity,

    /// <summary>The leaf has more than one URI among its subject alternative names.</summary>
    SeveralIdentities,

    /// <summary>The leaf carries a bare trust domain, which belongs to an authority, not to a workload.</summary>
    IdentityWithoutPath,

    /// <summary>The leaf says that it is a certificate authority.</summary>
    LeafIsAuthority,

    /// <summary>The leaf's key usage is absent or lacks digitalSignature.</summary>
    MissingDigitalSignature,

    /// <summary>The leaf's key usage has keyCertSign or cRLSign.</summary>
    LeafMaySignCertificates,

    /// <summary>The leaf has no extended key usage.</summary>
    MissingExtendedKeyUsage,

    /// <summary>The extended key usage does not include what the peer's role demands.</summary>
    WrongExtendedKeyUsage,

    /// <summary>A certificate above the leaf is not a certificate authority.</summary>
    IssuerIsNotAuthority,

    /// <summary>A certificate above the leaf may not sign certificates.</summary>
    MissingKeyCertSign,

    /// <summary>More authorities below a certificate than its path length allows.</summary>
    PathLengthExceeded,

    /// <summary>No root is known for the leaf's trust domain.</summary>
    UnknownTrustDomain,

    /// <summary>The chain does not end in a root of the leaf's own trust domain.</summary>
    UntrustedRoot,

    /// <summary>A signature in the chain is not its issuer's.</summary>
    BadSignature,

    /// <summary>A name lies outside an authority's name constraints.</summary>
    NameConstraintViolated,

    /// <summary>The chain fails for a reason with no code of its own; the message names it.</summary>
    ChainNotVerified,
}
