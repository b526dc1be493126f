namespace Hauberk.Cli.Output;

/// <summary>Decision reasons, stable codes in machine output, as words for people.</summary>
internal static class ReasonText
{
    /// <param name="rule">"namespace/name[index]"; empty for a default.</param>
    public static string Of(string reason, string rule) => reason switch
    {
        "" or "None" => rule,
        "AllowRuleMatched" => $"allowed by {rule}",
        "DenyRuleMatched" => $"denied by {rule}",
        "CustomRuleMatched" => $"external authorization asked for by {rule}",
        "NoAllowPolicy" => "no policy restricts it",
        "NoAllowRuleMatched" => "no ALLOW rule matches",
        "DeniedByDefault" => "the mesh denies by default",
        "UnknownFeature" => "a policy needs what this sidecar does not know",
        "ModePermissive" => "mode PERMISSIVE",
        "ModeStrict" => "mode STRICT",
        "ModeDisable" => "mode DISABLE",
        "PlaintextUnderStrict" => "plaintext, and the mode is STRICT",
        "ForeignTlsOnHttpPort" => "TLS that is not the mesh's, on an HTTP port",
        "NoConfiguration" => "no configuration yet",
        "PeerTrustDomainUnknown" => "the client's trust domain is unknown",
        "ServerIdentityNotInService" => "the server's identity is not one of the service",
        "NoIdentityKnownForService" => "no identity is known for the service",
        "DestinationRuleTls" => rule.Length > 0 ? $"TLS settings of {rule}" : "TLS settings of a DestinationRule",
        "EndpointWithoutSidecar" => "the server has no sidecar",
        "AutoMutualTlsOff" => "automatic mutual TLS is off",
        "ServerModeDisable" => "the server's mode is DISABLE",
        "AutoMutualTls" => "automatic mutual TLS",
        "ExternalService" => "external service",
        _ => rule.Length > 0 ? $"{reason} {rule}" : reason,
    };
}
