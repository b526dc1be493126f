using Hauberk.Identity;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>The MeshConfig that is in force while the operator has written none: the specification's defaults in this mesh's trust domain.</summary>
internal static class MeshConfigDefault
{
    public const string Name = "default";
    private const string TrustDomainField = "trustDomain";

    /// <summary>What an operator wrote counts in this mesh's trust domain, where it names none.</summary>
    public static MeshConfigResource Complete(MeshConfigResource written, TrustDomain trustDomain)
    {
        var spec = written.Document.TryGet("spec", out var node) && node is MappingNode mapping ? mapping : MappingNode.Empty;
        if (spec.TryGet(TrustDomainField, out var given) && given is not ScalarNode { Kind: ScalarKind.Null }) return written;
        var named = spec.With(TrustDomainField, new ScalarNode(trustDomain.Name, ScalarKind.Text, default));
        return written with { TrustDomain = trustDomain.Name, Document = written.Document.With("spec", named) };
    }

    public static MeshConfigResource Of(TrustDomain trustDomain) => (MeshConfigResource)ResourceReader.Read(
        $"""
        apiVersion: hauberk.dev/v1
        kind: MeshConfig
        metadata:
          name: {Name}
        spec:
          trustDomain: "{trustDomain}"
        """,
        Name).Resources.Single();
}
