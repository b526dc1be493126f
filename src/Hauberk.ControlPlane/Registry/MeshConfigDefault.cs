using Hauberk.Identity;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Registry;

/// <summary>The MeshConfig that is in force while the operator has written none: the specification's defaults in this mesh's trust domain.</summary>
internal static class MeshConfigDefault
{
    public const string Name = "default";

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
