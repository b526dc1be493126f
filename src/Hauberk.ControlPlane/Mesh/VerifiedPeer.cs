using Hauberk.Identity;
using Microsoft.AspNetCore.Connections.Features;

namespace Hauberk.ControlPlane.Mesh;

/// <summary>Who stands at the other end of a connection, as its handshake proved.</summary>
/// <param name="NotAfter">End of the proof: nothing on the connection may outlive it.</param>
internal sealed record VerifiedPeer(SpiffeId Identity, DateTimeOffset NotAfter)
{
    internal static readonly object ItemKey = new();

    /// <summary>Null where the peer presented no certificate.</summary>
    public static VerifiedPeer? Of(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(ItemKey, out var peer) == true ? peer as VerifiedPeer : null;
}
