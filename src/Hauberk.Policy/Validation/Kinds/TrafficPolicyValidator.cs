using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

/// <summary>Specification 2.3 and 2.4.</summary>
internal static class TrafficPolicyValidator
{
    private static readonly string[] LoadBalancers =
        ["UNSPECIFIED", "LEAST_REQUEST", "LEAST_CONN", "RANDOM", "ROUND_ROBIN", "PASSTHROUGH"];

    public static void Validate(TrafficPolicy? policy, string path, bool hasWorkloadSelector, ValidationContext context)
    {
        if (policy is null) return;
        ValidateSettings(policy, path, hasWorkloadSelector, context);
        for (var i = 0; i < policy.PortLevelSettings.Count; i++)
        {
            var portPath = $"{path}.portLevelSettings[{i}]";
            if (context.IntegerAt($"{portPath}.port.number") is not { } number || !policy.PortLevelSettings.TryGetValue(number, out var settings)) continue;
            context.Check(ProblemCodes.InvalidPort, $"{portPath}.port.number", PortRules.Check(number));
            ValidateSettings(settings, portPath, hasWorkloadSelector, context);
        }
    }

    private static void ValidateSettings(TrafficPolicy policy, string path, bool hasWorkloadSelector, ValidationContext context)
    {
        if (policy.SimpleLoadBalancer is { } name && !LoadBalancers.Contains(name))
            context.Error(ProblemCodes.ValueNotAllowed, $"{path}.loadBalancer.simple", $"\"{ForeignText.Shown(name)}\" is not one of {string.Join(", ", LoadBalancers)}.");
        if (policy.Tls is { } tls) ValidateTls(tls, $"{path}.tls", hasWorkloadSelector, context);
    }

    private static void ValidateTls(ClientTlsSettings tls, string path, bool hasWorkloadSelector, ValidationContext context)
    {
        var hasFiles = tls.ClientCertificate is not null || tls.PrivateKey is not null;
        if (tls.Mode == ClientTlsMode.IstioMutual && (hasFiles || tls.CaCertificates is not null || tls.CredentialName is not null))
            context.Error(ProblemCodes.ClientTlsFields, path, "ISTIO_MUTUAL uses the mesh's certificates: no certificate, key or CA may be named.");
        if (tls.Mode == ClientTlsMode.Mutual && tls.CredentialName is null && (string.IsNullOrEmpty(tls.ClientCertificate) || string.IsNullOrEmpty(tls.PrivateKey)))
            context.Error(ProblemCodes.ClientTlsFields, path, "MUTUAL needs clientCertificate and privateKey, or credentialName.");
        if (tls.Mode is ClientTlsMode.Simple or ClientTlsMode.Mutual && tls.CredentialName is not null && (hasFiles || tls.CaCertificates is not null))
            context.Error(ProblemCodes.ClientTlsFields, $"{path}.credentialName", "A credential or files may be named, not both.");
        if (tls.InsecureSkipVerify)
            context.Error(ProblemCodes.VerificationSkipped, $"{path}.insecureSkipVerify", "Servers are always verified; name the CA to trust in caCertificates.");
        if (tls.CredentialName is not null && !hasWorkloadSelector && tls.Mode != ClientTlsMode.IstioMutual)
            context.Warn(ProblemCodes.CredentialWithoutSelector, $"{path}.credentialName", "Sidecars read credentialName only in rules with a workloadSelector.");
        for (var i = 0; i < tls.SubjectAltNames.Length; i++)
            context.Check(ProblemCodes.InvalidIdentity, $"{path}.subjectAltNames[{i}]", IdentityText.Check(tls.SubjectAltNames[i]));
        if (tls.Sni is { Length: > 0 } sni) context.Check(ProblemCodes.InvalidHost, $"{path}.sni", HostName.Check(sni, allowWildcard: false));
    }
}
