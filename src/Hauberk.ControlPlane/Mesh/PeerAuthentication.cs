using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hauberk.ControlPlane.Observability;
using Hauberk.Identity;
using Microsoft.AspNetCore.Connections;

namespace Hauberk.ControlPlane.Mesh;

/// <summary>
/// Decides in the handshake who a client is. No certificate: the connection goes on with no identity. One that does not verify: there is no
/// connection.
/// </summary>
internal sealed partial class PeerAuthentication(TrustBundleSet bundles, TimeProvider clock, ControlPlaneMetrics metrics, ILogger<PeerAuthentication> log)
{
    public RemoteCertificateValidationCallback For(BaseConnectionContext connection) =>
        (_, certificate, chain, _) => certificate is null || Accept(connection, (X509Certificate2)certificate, chain);

    private bool Accept(BaseConnectionContext connection, X509Certificate2 leaf, X509Chain? chain)
    {
        // The extra store holds what the peer sent beside its leaf. The chain that was built, and the errors found, count for nothing here:
        // the verifier alone decides, from the whole of what was presented.
        var presented = new List<ReadOnlyMemory<byte>> { leaf.RawData };
        foreach (var sent in chain?.ChainPolicy.ExtraStore ?? [])
            if (!sent.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)) presented.Add(sent.RawData);
        var verification = PeerVerifier.Verify(presented, bundles, PeerRole.Client, clock.GetUtcNow());
        if (!verification.IsAccepted)
        {
            metrics.HandshakesRefused.Increment();
            LogRefused(connection.RemoteEndPoint, verification.Problem);
            return false;
        }
        UnprovenConnections.Proven(connection);
        connection.Items[VerifiedPeer.ItemKey] = new VerifiedPeer(verification.Identity, verification.NotAfter);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A client certificate from {Address} was refused: {Problem}")]
    private partial void LogRefused(System.Net.EndPoint? address, IdentityProblem problem);
}
