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

    /// <summary>Of tunnels (HBONE).</summary>
    public const string TunnelProtocol = "h2";

    private readonly Lock gate = new();
    private readonly CertificateHolder certificates;
    private readonly PeerCheck peers;
    private readonly IReadOnlyList<EventLoop> loops;
    private volatile Set? current;

    public TlsContexts(CertificateHolder certificates, PeerCheck peers, IReadOnlyList<EventLoop> loops)
    {
        this.certificates = certificates;
        this.peers = peers;
        this.loops = loops;
        certificates.Changed += Change;
        Change(certificates.Current);
    }

    /// <summary>Null: no certificate is valid. Begin the handshake in the same turn of the loop that read it.</summary>
    public Set? Current => current;

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

    private Set? Make(WorkloadCertificate certificate)
    {
        using var identity = new TlsIdentity(certificate.ChainDer, certificate.PrivateKeyDer.Span);
        var made = new List<TlsContext>();
        foreach (var options in new[] { Plain(TlsRole.Client, identity), Plain(TlsRole.Server, identity), Tunnel(TlsRole.Client, identity), Tunnel(TlsRole.Server, identity) })
        {
            if (TlsContext.TryCreate(options, out var context, out var problem))
            {
                made.Add(context);
                continue;
            }
            made.ForEach(static context => context.Dispose());
            Problem = problem;
            return null;
        }
        Problem = null;
        return new Set(certificate.Identity, made[0], made[1], made[2], made[3]);
    }

    private TlsContextOptions Plain(TlsRole role, TlsIdentity identity) => new()
    {
        Role = role,
        Identity = identity,
        VerifyPeer = peers.As(role == TlsRole.Client ? PeerRole.Server : PeerRole.Client),
        AlpnProtocols = [MeshProtocol],
        AllowsResumption = true,
    };

    /// <summary>A tunnel is made seldom: each with a handshake of its own.</summary>
    private TlsContextOptions Tunnel(TlsRole role, TlsIdentity identity) =>
        Plain(role, identity) with { AlpnProtocols = [TunnelProtocol], AllowsResumption = false };

    /// <summary>After one turn of each loop no handshake can begin with the old ones any more.</summary>
    private void Retire(Set old)
    {
        var turnsLeft = loops.Count;
        foreach (var loop in loops)
            loop.Post(() =>
            {
                if (Interlocked.Decrement(ref turnsLeft) > 0)
                    return;
                old.Dispose();
            });
    }

    /// <summary>What one certificate is good for.</summary>
    internal sealed record Set(SpiffeId Identity, TlsContext Client, TlsContext Server, TlsContext TunnelClient, TlsContext TunnelServer) : IDisposable
    {
        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
            TunnelClient.Dispose();
            TunnelServer.Dispose();
        }
    }
}
