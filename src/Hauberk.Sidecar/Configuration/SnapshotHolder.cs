namespace Hauberk.Sidecar.Configuration;

/// <summary>The one mutable cell of a sidecar's configuration: swapped whole, read without a lock.</summary>
public sealed class SnapshotHolder
{
    private readonly Lock gate = new();
    private volatile SidecarSnapshot? current;

    /// <summary>Null: never configured, so every connection is refused.</summary>
    public SidecarSnapshot? Current => current;

    /// <summary>
    /// Raised after <see cref="Current"/> was swapped, on the thread that swapped it and one swap at a time. Handlers post to their own loop
    /// and return.
    /// </summary>
    public event Action<SidecarSnapshot>? Changed;

    public void Swap(SidecarSnapshot snapshot)
    {
        lock (gate)
        {
            current = snapshot;
            Changed?.Invoke(snapshot);
        }
    }
}
