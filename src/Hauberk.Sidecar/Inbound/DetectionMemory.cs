using System.Collections.Concurrent;
using System.Net;
using Hauberk.Policy.Resolution;
using Hauberk.Sidecar.Configuration;

namespace Hauberk.Sidecar.Inbound;

/// <summary>
/// What earlier connections taught about who speaks first. It saves a wait and decides nothing: whoever is spared the wait is classified by
/// its first bytes all the same, and whoever unlearns it costs others no more than the wait. There are as many entries as ports, and sources up to a
/// bound, which are not forgotten: who has had clients of the mesh behind it will have them again. Safe for any number of threads.
/// </summary>
internal sealed class DetectionMemory
{
    private const int MaxMeshSources = 4096;

    private readonly ConcurrentDictionary<int, byte> serverFirst = [];
    private readonly ConcurrentDictionary<IPAddress, byte> meshSources = [];

    /// <summary>In order.</summary>
    public IReadOnlyList<int> ServerFirstPorts => [.. serverFirst.Keys.Order()];

    /// <summary>
    /// Whether a client that has said nothing yet is to be taken to the application at once. Never one that may be of the mesh: its ClientHello
    /// is on its way, and the application's greeting, were it quicker, would break the handshake.
    /// </summary>
    public bool SparesTheWait(int port, IPAddress source, SidecarSnapshot snapshot) =>
        (serverFirst.ContainsKey(port) || snapshot.Policy.ProtocolOf(port).ServerSpeaksFirst()) && !MayBeOfMesh(source, snapshot);

    /// <summary>
    /// The application spoke to a client that had said nothing. However late: one that looks its client's name up first greets after many seconds, and
    /// what was only a complaint about the silence is unlearnt when a client speaks first.
    /// </summary>
    public void ApplicationSpokeFirst(int port) => serverFirst.TryAdd(port, 0);

    /// <summary>A client whose bytes are the application's own did not wait for it.</summary>
    public void ClientSpokeFirst(int port) => serverFirst.TryRemove(port, out _);

    /// <summary>A client proved an identity of the mesh: where its address is not one of the mesh, others may come from behind it, too.</summary>
    public void MeshClientCameFrom(IPAddress source, SidecarSnapshot snapshot)
    {
        if (!MayBeOfMesh(source, snapshot))
            meshSources.TryAdd(source, 0);
    }

    // Where there are more than can be told apart, any may be.
    private bool MayBeOfMesh(IPAddress source, SidecarSnapshot snapshot) =>
        (snapshot.AddressIndex.TryFind(source, out var entry) && entry.IsMeshed)
        || meshSources.ContainsKey(source) || meshSources.Count >= MaxMeshSources;
}
