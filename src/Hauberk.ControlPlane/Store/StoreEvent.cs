namespace Hauberk.ControlPlane.Store;

/// <summary>One change. Revisions follow each other without gaps.</summary>
/// <param name="Before">Null where the resource was created.</param>
/// <param name="After">Null where it was deleted.</param>
public sealed record StoreEvent(long Revision, ResourceKey Key, StoredResource? Before, StoredResource? After)
{
    internal int Bytes => (Before?.Json.Length ?? 0) + (After?.Json.Length ?? 0);
}
