using System.Net;
using System.Net.Sockets;
using Hauberk.Net.EventLoops;
using Hauberk.Sidecar.Configuration;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Outbound;
using Hauberk.Sidecar.Records;
using Hauberk.Sidecar.Tests.WholeSidecar;

namespace Hauberk.Sidecar.Tests.Outbound;

public sealed class TunnelsToPeerTests
{
    [Fact]
    public async Task A_cut_that_comes_before_the_connection_is_begun_leaves_nothing_to_begin()
    {
        using var peer = new TcpListener(IPAddress.Loopback, 0);
        peer.Start();
        await using var loop = EventLoop.Start("test");
        var path = Path(loop);
        using var tls = path.Tls;
        var tunnel = await loop.RunAsync(() =>
        {
            var tunnels = new TunnelsToPeer(path, loop, (IPEndPoint)peer.LocalEndpoint);
            var taking = tunnels.TakeAsync();
            tunnels.Abort("test");
            return taking;
        });
        Assert.Null(tunnel);
        Assert.False(peer.Pending());
    }

    private static DataPath Path(EventLoop loop)
    {
        var snapshots = new SnapshotHolder();
        var peers = new PeerCheck(snapshots, TimeProvider.System);
        var options = new DataPlaneOptions();
        return new DataPath
        {
            Options = options,
            Time = TimeProvider.System,
            Snapshots = snapshots,
            Peers = peers,
            Tls = new TlsContexts(new CertificateHolder(), peers, [loop]),
            Destinations = new DestinationResolver(new HeldDestinations(snapshots)),
            Endpoints = new EndpointChoice(TimeProvider.System),
            Inbound = new ConnectionAdmission(options.InboundLimits),
            Outbound = new ConnectionAdmission(options.OutboundLimits),
            Metrics = new ConnectionMetrics(),
            OnRecord = static _ => { },
        };
    }
}
