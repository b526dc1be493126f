using Hauberk.Identity;
using Hauberk.Policy.Resources;

namespace Hauberk.Policy.Validation.Kinds;

internal static class MeshConfigValidator
{
    public static void Validate(MeshConfigResource mesh, ValidationContext context)
    {
        CheckTrustDomain(mesh.TrustDomain, "spec.trustDomain", context);
        for (var i = 0; i < mesh.TrustDomainAliases.Length; i++) CheckTrustDomain(mesh.TrustDomainAliases[i], $"spec.trustDomainAliases[{i}]", context);
        context.Check(ProblemCodes.InvalidName, "spec.rootNamespace", KubernetesName.CheckLabel(mesh.RootNamespace));
        context.Check(ProblemCodes.InvalidName, "spec.dnsSuffix", KubernetesName.CheckSubdomain(mesh.DnsSuffix));
        if (mesh.MinProtocolVersion is not ("TLSV1_2" or "TLSV1_3"))
            context.Error(ProblemCodes.ValueNotAllowed, "spec.meshMTLS.minProtocolVersion", $"\"{ForeignText.Shown(mesh.MinProtocolVersion)}\" is not one of TLSV1_2, TLSV1_3.");
        if (mesh.ConnectTimeout <= TimeSpan.Zero || mesh.ConnectTimeout > TimeSpan.FromHours(1))
            context.Error(ProblemCodes.InvalidMeshSetting, "spec.connectTimeout", "The connect timeout must be more than zero and at most one hour.");
        if (mesh.ProtocolDetectionTimeout > TimeSpan.FromHours(1))
            context.Error(ProblemCodes.InvalidMeshSetting, "spec.protocolDetectionTimeout", "Detection waits at most one hour.");
        for (var i = 0; i < mesh.CaCertificates.Length; i++) ValidateCa(mesh.CaCertificates[i], $"spec.caCertificates[{i}]", context);
        ValidateProviders(mesh, context);
    }

    private static void ValidateCa(MeshCaCertificate ca, string path, ValidationContext context)
    {
        if (ca.Pem is null == ca.SpiffeBundleUrl is null)
            context.Error(ProblemCodes.InvalidMeshSetting, path, "Exactly one of pem and spiffeBundleUrl is needed.");
        if (ca.Pem is { } pem && !pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal))
            context.Error(ProblemCodes.InvalidMeshSetting, $"{path}.pem", "This holds no PEM certificate.");
        if (ca.SpiffeBundleUrl is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == "https"))
            context.Error(ProblemCodes.InvalidMeshSetting, $"{path}.spiffeBundleUrl", "A bundle is fetched over https only.");
        for (var i = 0; i < ca.TrustDomains.Length; i++) CheckTrustDomain(ca.TrustDomains[i], $"{path}.trustDomains[{i}]", context);
    }

    private static void ValidateProviders(MeshConfigResource mesh, ValidationContext context)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < mesh.ExtensionProviders.Length; i++)
            if (!seen.Add(mesh.ExtensionProviders[i]))
                context.Error(ProblemCodes.GivenTwice, $"spec.extensionProviders[{i}].name", $"The provider \"{ForeignText.Shown(mesh.ExtensionProviders[i])}\" exists already.");
    }

    private static void CheckTrustDomain(string name, string path, ValidationContext context)
    {
        if (!TrustDomain.TryParse(name, out _, out var problem)) context.Error(ProblemCodes.InvalidIdentity, path, $"This is not a trust domain: {problem.Message}.");
    }
}
