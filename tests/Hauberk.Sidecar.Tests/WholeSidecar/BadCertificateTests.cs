using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>The corpus of bad certificates, shown to live sidecars by clients and by servers.</summary>
[Collection("whole sidecars")]
public sealed class BadCertificateTests
{
    public static TheoryData<string> Clients => [.. Shown(PeerRole.Client)];

    public static TheoryData<string> Servers => [.. Shown(PeerRole.Server)];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_client_with_it_does_not_come_in(string name)
    {
        await using var two = await TwoSidecars.StartAsync();
        var bad = Named(name);
        await using (var peer = new TlsPeer(bad.Make(two.Mesh)))
        {
            await peer.CallAsync(two.Orders.Inbound);
            await peer.CallAsync(new System.Net.IPEndPoint(two.Orders.Address, SidecarPorts.Tunnel));
        }
        Assert.All(await two.Orders.Records.WaitForAsync(2), record => AssertRefused(record, bad));
        Assert.Equal(0, two.Application.Connections);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task A_server_with_it_gets_no_byte(string name)
    {
        await using var two = await TwoSidecars.StartAsync();
        var bad = Named(name);
        var address = new System.Net.IPEndPoint(LoopbackAddresses.Next(), TestSidecar.Port);
        await using var peer = new TlsPeer(bad.Make(two.Mesh));
        var tunnels = new System.Net.IPEndPoint(address.Address, SidecarPorts.Tunnel);
        await peer.ServeAsync(address);
        await peer.ServeTunnelsAsync(tunnels, static (_, _) => throw new InvalidOperationException("a request came through"));
        var endpoint = two.Orders.Endpoint() with { Address = address.Address, TunnelPort = tunnels.Port };
        two.Web.Configure(destinations: [new TestDestination(TwoSidecars.OrdersService, endpoint)]);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        AssertRefused(await two.Web.Records.SingleAsync(), bad);
    }

    private static void AssertRefused(ConnectionRecord record, BadCertificate bad)
    {
        Assert.Equal((Verdict.Deny, 0), (record.Verdict, record.BytesSent));
        Assert.Equal((CloseReason.PeerCertificateRefused, bad.Code), (record.CloseReason, record.Problem?.Code));
        Assert.Equal(record.Problem?.Message, record.ToFlow().Problem);
    }

    private static BadCertificate Named(string name) => BadCertificates.All.Single(b => b.Name == name);

    // Weak keys and signatures cannot be shown: OpenSSL takes none of them into a handshake of TLS 1.3, on either side.
    private static IEnumerable<string> Shown(PeerRole role) =>
        BadCertificates.All.Where(b => b.FitsHandshake && b.Roles.Contains(role)
            && b.Code is not (IdentityProblemCode.UnacceptableKey or IdentityProblemCode.UnacceptableSignatureAlgorithm)).Select(b => b.Name);
}
