using Hauberk.Policy.Decision;

namespace Hauberk.Policy.Explanation;

/// <summary>Each reason in words, once for every program.</summary>
public static class DecisionSentence
{
    public static string Of(DecisionReason reason) => reason switch
    {
        DecisionReason.None => "nothing was decided",
        DecisionReason.NoAllowPolicy => "no ALLOW policy selects the workload, so whatever is not denied is allowed",
        DecisionReason.AllowRuleMatched => "an ALLOW rule matched",
        DecisionReason.DenyRuleMatched => "a DENY rule matched",
        DecisionReason.NoAllowRuleMatched => "ALLOW policies select the workload and none of their rules matched",
        DecisionReason.CustomRuleMatched => "a CUSTOM rule matched and no external authorizer allowed it",
        DecisionReason.DeniedByDefault => "no ALLOW policy selects the workload and the mesh denies by default",
        DecisionReason.UnknownFeature => "a resource that governs this cannot be enforced here, so everything it governs is denied",
        DecisionReason.ModePermissive => "the mode is PERMISSIVE",
        DecisionReason.ModeStrict => "the mode is STRICT",
        DecisionReason.ModeDisable => "the mode is DISABLE",
        DecisionReason.PlaintextUnderStrict => "the mode is STRICT and plaintext came",
        DecisionReason.ForeignTlsOnHttpPort => "TLS that is not the mesh's came to a port declared as HTTP, which nothing there could read",
        DecisionReason.NoConfiguration => "no configuration was ever received",
        DecisionReason.AuthenticatedTunnel => "it came through an authenticated tunnel",
        DecisionReason.PeerTrustDomainKnown => "the client's trust domain may come in",
        DecisionReason.PeerTrustDomainUnknown => "the client's trust domain is none of the mesh's",
        DecisionReason.ServerIdentityInService => "the server's identity is one of the service's",
        DecisionReason.ServerIdentityNotInService => "the server's identity is none of the service's",
        DecisionReason.NoIdentityKnownForService => "no identity is known for the service, so no server can be right",
        DecisionReason.DestinationRuleTls => "a DestinationRule says so",
        DecisionReason.EndpointWithoutSidecar => "the endpoint has no sidecar",
        DecisionReason.AutoMutualTlsOff => "automatic mTLS is off in the MeshConfig",
        DecisionReason.ServerModeDisable => "the server's mode is DISABLE",
        DecisionReason.AutoMutualTls => "the endpoint has a sidecar that takes mTLS",
        DecisionReason.ExternalService => "the service is outside the mesh",
        DecisionReason.OwnWorkload => "the workload calls itself",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
