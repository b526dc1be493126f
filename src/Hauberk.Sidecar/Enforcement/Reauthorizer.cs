using Hauberk.Sidecar.Configuration;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>
/// Holds live connections to the configuration that is current: after every swap each loop walks its own. What lost its permission is
/// drained and cut; nothing else is touched.
/// </summary>
/// <remarks>
/// A peer certificate that merely expires takes nothing away: the peer proved itself when it connected, and expiry ends the making of new
/// connections. A peer that must go loses its permission through policy or through its trust bundle.
/// </remarks>
internal sealed class Reauthorizer : IDisposable
{
    private readonly SnapshotHolder snapshots;
    private readonly IReadOnlyList<ConnectionRegistry> registries;

    public Reauthorizer(SnapshotHolder snapshots, IReadOnlyList<ConnectionRegistry> registries)
    {
        this.snapshots = snapshots;
        this.registries = registries;
        snapshots.Changed += Walk;
    }

    public void Dispose() => snapshots.Changed -= Walk;

    private void Walk(SidecarSnapshot snapshot)
    {
        foreach (var registry in registries)
            // The newest is read at the walk: several swaps at once need one walk's worth of answers, not several ages of them.
            registry.Loop.Post(() => registry.Redecide(snapshots.Current ?? snapshot));
    }
}
