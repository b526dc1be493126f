using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Hauberk.Api.Distribution;
using Hauberk.Policy.Decision;
using Hauberk.Policy.Resources;

namespace Hauberk.Sidecar.Configuration;

/// <summary>MeshSettings that were read. Where they cannot be enforced, they govern everything, so everything is denied.</summary>
internal sealed record MeshContents(MeshConfigResource Mesh, ImmutableArray<UnsupportedResource> Unsupported)
{
    public static bool TryRead(
        MeshSettings message, [NotNullWhen(true)] out MeshContents? contents, [NotNullWhen(false)] out string? problem)
    {
        contents = null;
        problem = message.MeshConfig is null ? "there is no mesh config" : null;
        if (problem is not null)
            return false;
        var read = PolicyReader.Read([message.MeshConfig!]);
        contents = read.Resources is [MeshConfigResource mesh]
            ? new MeshContents(mesh, [])
            : new MeshContents(MeshDefaults.Instance, read.Unsupported is [_, ..] ? read.Unsupported : [NotMeshConfig]);
        return true;
    }

    private static UnsupportedResource NotMeshConfig { get; } = new("MeshConfig", "", "default", "it is of another kind");
}
