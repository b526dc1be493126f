using System.Net;
using Hauberk.Sidecar.Enforcement;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.Enforcement;

public sealed class ConnectionAdmissionTests
{
    private static readonly IPAddress Hostile = IPAddress.Parse("10.0.0.66");
    private static readonly IPAddress Friend = IPAddress.Parse("10.0.0.1");

    [Fact]
    public void Connections_beyond_the_bound_are_refused_until_one_leaves()
    {
        var admission = new ConnectionAdmission(new ConnectionLimits { MaxConnections = 2 });
        Assert.Equal([CloseReason.None, CloseReason.None, CloseReason.TooManyConnections], [admission.Enter(Friend), admission.Enter(Hostile), admission.Enter(Friend)]);
        admission.Leave(Hostile);
        Assert.Equal(CloseReason.None, admission.Enter(Friend));
    }

    [Fact]
    public void One_source_cannot_take_every_place_and_a_gateway_has_room()
    {
        var limits = new DataPlaneOptions().InboundLimits;
        Assert.InRange(limits.MaxConnectionsPerSource, 10_000, limits.MaxConnections - 1);
        var admission = new ConnectionAdmission(limits);
        for (var i = 0; i < limits.MaxConnectionsPerSource; i++)
            Assert.Equal(CloseReason.None, admission.Enter(Hostile));
        Assert.Equal(CloseReason.TooManyConnectionsFromSource, admission.Enter(Hostile));
        Assert.Equal(CloseReason.None, admission.Enter(Friend));
        admission.Leave(Hostile);
        Assert.Equal(CloseReason.None, admission.Enter(Hostile));
    }

    [Fact]
    public void One_hostile_peer_cannot_take_every_handshake()
    {
        var admission = new ConnectionAdmission(new ConnectionLimits { MaxOpening = 3, MaxOpeningPerSource = 2 });
        admission.BeginOpening(Hostile);
        admission.BeginOpening(Hostile);
        Assert.Equal(CloseReason.TooManyHandshakesFromSource, admission.BeginOpening(Hostile));
        Assert.Equal(CloseReason.None, admission.BeginOpening(Friend));
        Assert.Equal(CloseReason.TooManyHandshakes, admission.BeginOpening(Friend));
        admission.EndOpening(Hostile);
        Assert.Equal(CloseReason.None, admission.BeginOpening(Friend));
        Assert.Equal(3, admission.Opening);
    }
}
