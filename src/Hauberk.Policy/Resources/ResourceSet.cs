using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>Resources that are decided upon together: a mesh, or the slice of it that one receiver needs. Immutable.</summary>
public sealed class ResourceSet
{
    public static ResourceSet Empty { get; } = new([], null);

    public ResourceSet(IEnumerable<Resource> resources, MeshConfigResource? mesh)
    {
        All = [.. resources.Where(r => r is not MeshConfigResource)];
        Mesh = mesh ?? Resources.MeshDefaults.Instance;
    }

    /// <summary>Every resource but the MeshConfig.</summary>
    public ImmutableArray<Resource> All { get; }

    public MeshConfigResource Mesh { get; }

    public IEnumerable<T> OfKind<T>() where T : Resource => All.OfType<T>();

    public ResourceSet With(IEnumerable<Resource> resources) => new(resources, Mesh);
}
