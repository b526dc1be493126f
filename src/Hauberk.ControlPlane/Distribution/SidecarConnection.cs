using System.Collections.Concurrent;
using System.Collections.Immutable;
using Hauberk.ControlPlane.Mesh;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Distribution;

/// <summary>What there is to tell an operator about one stream.</summary>
internal sealed class SidecarConnection(string node, VerifiedPeer peer, string address, string version, DateTimeOffset connectedSince)
{
    private const int MaxProblemLength = 512;
    private readonly ConcurrentDictionary<string, bool> acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> problems = new(StringComparer.Ordinal);

    public string Node => node;

    public SpiffeId Identity => peer.Identity;

    public DateTimeOffset CertificateNotAfter => peer.NotAfter;

    public string Address => address;

    public string Version => version;

    public DateTimeOffset ConnectedSince => connectedSince;

    /// <summary>Short name of a resource type to whether the sidecar has taken the newest state of it.</summary>
    public ImmutableSortedDictionary<string, bool> Acknowledged => acknowledged.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>What the sidecar refused, by resource type.</summary>
    public ImmutableArray<string> Problems => [.. problems.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key} was refused: {p.Value}")];

    public void Sent(string type) => acknowledged[type] = false;

    public void UpToDate(string type) => acknowledged[type] = true;

    public void Took(string type) => problems.TryRemove(type, out _);

    public void Refused(string type, string why) =>
        problems[type] = string.Concat(why.Take(MaxProblemLength).Select(static c => char.IsControl(c) ? ' ' : c));
}
