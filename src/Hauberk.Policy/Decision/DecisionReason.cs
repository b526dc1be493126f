namespace Hauberk.Policy.Decision;

/// <summary>Why a decision came out as it did. Stable: in access records, metrics and explanations, in this spelling.</summary>
public enum DecisionReason
{
    None,

    // Authorization (specification 3.2)
    NoAllowPolicy,
    AllowRuleMatched,
    DenyRuleMatched,
    NoAllowRuleMatched,
    CustomRuleMatched,
    DeniedByDefault,
    UnknownFeature,

    // Inbound handling (specification 6.6)
    ModePermissive,
    ModeStrict,
    ModeDisable,
    PlaintextUnderStrict,
    ForeignTlsOnHttpPort,
    NoConfiguration,
    AuthenticatedTunnel,

    // Peers (specification 5)
    PeerTrustDomainKnown,
    PeerTrustDomainUnknown,
    ServerIdentityInService,
    ServerIdentityNotInService,
    NoIdentityKnownForService,

    // Client TLS (specification 2)
    DestinationRuleTls,
    EndpointWithoutSidecar,
    AutoMutualTlsOff,
    ServerModeDisable,
    AutoMutualTls,
    ExternalService,

    /// <summary>A workload that calls itself: the bytes never leave the host.</summary>
    OwnWorkload,
}
