using Hauberk.Identity;
using Hauberk.Net.Sockets;
using Hauberk.Net.Tunnel;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Inbound;

/// <summary>
/// A tunnel that another sidecar opened. Its streams are the connections that are decided and recorded; of the tunnel itself there is a record only
/// where it did not come about.
/// </summary>
internal sealed class InboundTunnel(DataPath path, ConnectionRegistry registry, TcpConnection client)
    : LiveConnection(path, registry, path.Inbound, SourceOf(client), ConnectionDirection.Inbound)
{
    private TunnelConnection? tunnel;
    private bool isDraining;

    protected override bool LeavesRecord => tunnel is null;

    protected override async Task ServeAsync()
    {
        Record.Destination = client.LocalEndPoint;
        if (await OpenAsync(deadline => AcceptTlsAsync(client, static tls => tls.TunnelServer, deadline)) is not { } channel)
            return;
        (Record.Security, Record.SourceIdentity) = (ConnectionSecurity.Tunnel, (SpiffeId)channel.Peer!);
        if (!IsStillVouchedFor(channel.PeerChain, PeerRole.Client))
            return;
        tunnel = TunnelConnection.Accept(channel, TunnelOptions.Default, request => new TunnelStream(Path, Registry, request).RunAsync());
        if (isDraining)
            tunnel.Drain();
        await tunnel.Completion;
    }

    /// <summary>Its streams are decided anew by themselves; with a peer that no root vouches for any more it ends after them.</summary>
    public override PermissionLoss? Redecide(SidecarSnapshot snapshot)
    {
        if (tunnel is not null && Path.Peers.StillVouchedFor(tunnel.Channel.PeerChain, PeerRole.Client, ProvenAt, snapshot.TrustBundles) is not null)
            tunnel.Drain();
        return null;
    }

    public override void Drain()
    {
        isDraining = true;
        tunnel?.Drain();
    }

    protected override void BreakClient()
    {
        tunnel?.Abort(Record.CloseReason.ToString());
        client.Abort();
    }
}
