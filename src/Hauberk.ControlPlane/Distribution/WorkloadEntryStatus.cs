using System.Globalization;
using Hauberk.ControlPlane.ConfigApi;
using Hauberk.ControlPlane.Store;
using Hauberk.Policy.Reading;
using Hauberk.Policy.Resources;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>
/// Keeps in a WorkloadEntry's status what its sidecar says of itself: so it is known to all who call the workload, also while neither the sidecar
/// nor the control plane it spoke to is there.
/// </summary>
internal sealed class WorkloadEntryStatus(IResourceStore store, ConnectedSidecars sidecars, TimeProvider clock)
{
    /// <summary>
    /// How long a sidecar says that it takes no tunnels before others hear of it: each change goes to the whole mesh, and one that changes its mind at
    /// every connection must not make as many. Who tries a tunnel meanwhile finds none, and goes the other way.
    /// </summary>
    public static readonly TimeSpan TakenBackAfter = TimeSpan.FromMinutes(1);

    private const int MaxAttempts = 5;

    /// <param name="tunnelPort">Null: it takes no tunnels.</param>
    /// <param name="cancellation">The connection's end.</param>
    /// <returns>False: it could not be kept.</returns>
    public async Task<bool> RecordAsync(SidecarConnection connection, WorkloadEntryResource entry, int? tunnelPort, CancellationToken cancellation)
    {
        var key = new ResourceKey("networking.istio.io", "workloadentries", entry.Metadata.Namespace, entry.Metadata.Name);
        if (tunnelPort is null && Read(key)?.Entry.TunnelPort is not null)
        {
            await Task.Delay(TakenBackAfter, clock, cancellation);
            if (sidecars.Find(connection.Node) != connection) return true;
        }
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (Read(key) is not { } current) return false;
            if (current.Entry.TunnelPort == tunnelPort) return true;
            var json = StoredDocument.Write(WithStatus(current.Entry.Document, tunnelPort));
            var result = await store.WriteAsync(key, json, current.Revision, cancellation);
            if (result.Outcome != WriteOutcome.Conflict) return result.IsDone;
        }
        return false;
    }

    private (WorkloadEntryResource Entry, long Revision)? Read(ResourceKey key) =>
        store.Current.Get(key) is { } stored && ResourceWriter.ReadStored(stored) is WorkloadEntryResource entry ? (entry, stored.Revision) : null;

    private static MappingNode WithStatus(MappingNode document, int? tunnelPort)
    {
        if (tunnelPort is not { } port) return document.Without("status");
        var text = new ScalarNode(port.ToString(CultureInfo.InvariantCulture), ScalarKind.Integer, default);
        return document.With("status", MappingNode.Empty.With("sidecar", MappingNode.Empty.With("tunnelPort", text)));
    }
}
