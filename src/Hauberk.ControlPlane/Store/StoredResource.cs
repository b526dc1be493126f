namespace Hauberk.ControlPlane.Store;

/// <param name="Revision">Of the write that made this content.</param>
/// <param name="Json">UTF-8; never changed once stored.</param>
public sealed record StoredResource(ResourceKey Key, long Revision, ReadOnlyMemory<byte> Json);
