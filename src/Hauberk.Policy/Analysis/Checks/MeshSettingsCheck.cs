using Hauberk.Policy.Reading;
using Hauberk.Policy.Resolution;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Analysis.Checks;

/// <summary>Mesh settings with a meaning that Istio's users may not expect (specification 6.5 and 9.7).</summary>
internal static class MeshSettingsCheck
{
    public static void Run(AnalysisContext context)
    {
        var mesh = context.Mesh;
        if (mesh.ProtocolDetectionTimeout is null && FieldLocator.FindNode(mesh.Document, "spec.protocolDetectionTimeout") is ScalarNode { Kind: ScalarKind.Text })
            context.Warn(ProblemCodes.DetectionWithoutEnd, mesh, "spec.protocolDetectionTimeout",
                "zero would wait forever for a client that speaks second; detection is bounded here and the default bound is used.");
        var own = new TrustDomainSet(mesh).All;
        for (var i = 0; i < mesh.CaCertificates.Length; i++)
            if (mesh.CaCertificates[i].TrustDomains is var domains && (domains.IsEmpty || domains.Any(own.Contains)))
                context.Warn(ProblemCodes.ForeignRootsForOwnDomain, mesh, $"spec.caCertificates[{i}]",
                    "these roots may sign identities of the mesh's own trust domain; list the partner's trust domains if that is not meant.");
    }
}
