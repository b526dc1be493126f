using Hauberk.Identity;
using Hauberk.Net.EventLoops;
using Hauberk.Net.Tls;
using Hauberk.Sidecar.Identity;

namespace Hauberk.Sidecar.Enforcement;

/// <summary>
/// The TLS contexts of the certificate that is current. A new certificate makes new ones for connections to come; those in flight keep theirs.
/// </summary>
internal sealed class TlsContexts : IDisposable
{
    /// <summary>
    /// What sidecars offer and select between themselves. Never "istio-peer-exchange": it obliges both sides to prefix metadata to the stream.
    /// </summary>
    public const string MeshProtocol = "istio";

    private readonly Lock gate = new();
    private readonly CertificateHolder certificates;
    private readonly PeerCheck peers;
    private readonly IReadOnlyList<EventLoop> loops;
    private volatile Pair? current;

    public TlsContexts(CertificateHolder certificates, PeerCheck peers, IReadOnlyList<EventLoop> loops)
    {
        this.certificates = certificates;
        this.peers = peers;
        this.loops = loops;
        certificates.Changed += Change;
        Change(certificates.Current);
    }

    /// <summary>Null: no certificate is valid. Begin the handshake in the same turn of the loop that read it.</summary>
    public Pair? Current => current;

    /// <summary>Why the last certificate could not be used; null when it could, or there is none.</summary>
    public string? Problem { get; private set; }

    public void Dispose()
    {
        certificates.Changed -= Change;
        Change(null);
    }

    private void Change(WorkloadCertificate? certificate)
    {
        lock (gate)
        {
            var old = current;
            current = certificate is null ? null : Make(certificate);
            if (old is not null)
                Retire(old);
        }
    }

    private Pair? Make(WorkloadCertificate certificate)
    {
        using var identity = new TlsIdentity(certificate.ChainDer, certificate.PrivateKeyDer.Span);
        if (!TlsContext.TryCreate(Options(TlsRole.Client, identity), out var client, out var problem))
        {
            Problem = problem;
            return null;
        }
        if (!TlsContext.TryCreate(Options(TlsRole.Server, identity), out var server, out problem))
        {
            client.Dispose();
            Problem = problem;
            return null;
        }
        Problem = null;
        return new Pair(certificate.Identity, client, server);
    }

    private TlsContextOptions Options(TlsRole role, TlsIdentity identity) => new()
    {
        Role = role,
        Identity = identity,
        VerifyPeer = peers.As(role == TlsRole.Client ? PeerRole.Server : PeerRole.Client),
        AlpnProtocols = [MeshProtocol],
        AllowsResumption = true,
    };

    /// <summary>After one turn of each loop no handshake can begin with the old ones any more.</summary>
    private void Retire(Pair old)
    {
        var turnsLeft = loops.Count;
        foreach (var loop in loops)
            loop.Post(() =>
            {
                if (Interlocked.Decrement(ref turnsLeft) > 0)
                    return;
                old.Client.Dispose();
                old.Server.Dispose();
            });
    }

    internal sealed record Pair(SpiffeId Identity, TlsContext Client, TlsContext Server);
}
