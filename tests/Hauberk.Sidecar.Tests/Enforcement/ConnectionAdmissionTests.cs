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
        Assert.Equal([CloseReason.None, CloseReason.None, CloseReason.TooManyConnections], [admission.Enter(), admission.Enter(), admission.Enter()]);
        admission.Leave();
        Assert.Equal(CloseReason.None, admission.Enter());
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
