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
internal sealed class SidecarStatus(IResourceStore store)
{
    private const int MaxAttempts = 5;

    /// <param name="tunnelPort">Null: it takes no tunnels.</param>
    /// <returns>False: it could not be kept.</returns>
    public async Task<bool> RecordAsync(WorkloadEntryResource entry, int? tunnelPort, CancellationToken cancellation)
    {
        var key = new ResourceKey("networking.istio.io", "workloadentries", entry.Metadata.Namespace, entry.Metadata.Name);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (store.Current.Get(key) is not { } stored || ResourceWriter.ReadStored(stored) is not WorkloadEntryResource current) return false;
            if (current.TunnelPort == tunnelPort) return true;
            var json = StoredDocument.Write(WithStatus(current.Document, tunnelPort));
            var result = await store.WriteAsync(key, json, stored.Revision, cancellation);
            if (result.Outcome != WriteOutcome.Conflict) return result.IsDone;
        }
        return false;
    }

    private static MappingNode WithStatus(MappingNode document, int? tunnelPort)
    {
        if (tunnelPort is not { } port) return document.Without("status");
        var text = new ScalarNode(port.ToString(CultureInfo.InvariantCulture), ScalarKind.Integer, default);
        return document.With("status", MappingNode.Empty.With("sidecar", MappingNode.Empty.With("tunnelPort", text)));
    }
}
