namespace Hauberk.Policy.Decision;

/// <summary>What a client's sidecar sends to an endpoint (specification 2.1).</summary>
public enum ClientTls
{
    Plaintext,
    MeshMutual,

    /// <summary>The DestinationRule's own TLS settings, without a mesh identity.</summary>
    Simple,
    Mutual,

    /// <summary>Nothing is sent: a resource that decides this cannot be enforced here.</summary>
    Refused,
}
