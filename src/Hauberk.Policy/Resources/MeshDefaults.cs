using Hauberk.Policy.Reading;

namespace Hauberk.Policy.Resources;

/// <summary>The MeshConfig of a mesh that has none.</summary>
public static class MeshDefaults
{
    public static MeshConfigResource Instance { get; } = new()
    {
        ApiVersion = "hauberk.dev/v1",
        Kind = "MeshConfig",
        Metadata = new ResourceMetadata { Name = "default" },
        Document = MappingNode.Empty,
    };
}
