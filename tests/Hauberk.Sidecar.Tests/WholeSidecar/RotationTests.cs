using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

[Collection("whole sidecars")]
public sealed class RotationTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Certificates_rotate_under_load_and_no_call_fails(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(loops: 2, tunnels: tunnels);
        using var kept = await two.CallAsync();
        using var done = new CancellationTokenSource();
        var rotating = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                two.Web.Certify();
                two.Orders.Certify();
                await Task.Yield();
            }
        }, TestContext.Current.CancellationToken);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var i = 0; i < 25; i++)
            {
                using var client = await two.CallAsync();
                Assert.Equal("hello", await client.ExchangeAsync("hello"));
                Assert.Equal("again", await client.ExchangeAsync("again"));
            }
        }));
        Assert.Equal("still here", await kept.ExchangeAsync("still here"));
        await done.CancelAsync();
        await rotating;
        Assert.All(await two.Orders.Records.WaitForAsync(200), r => Assert.Equal(Verdict.Allow, r.Verdict));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_live_connection_outlives_the_certificate_it_began_with(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: tunnels);
        using var client = await two.CallAsync();
        Assert.Equal("hello", await client.ExchangeAsync("hello"));
        two.Web.Certificates.Swap(null);
        two.Orders.Certificates.Swap(null);
        two.Orders.Configure();
        Assert.Equal("still here", await client.ExchangeAsync("still here"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_certificate_nothing_meshed_is_sent_or_taken(bool tunnels)
    {
        await using var two = await TwoSidecars.StartAsync(tunnels: tunnels);
        two.Web.Certificates.Swap(null);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        Assert.Equal((Verdict.Deny, CloseReason.NoCertificate), await two.Web.Records.SingleAsync() is var r ? (r.Verdict, r.CloseReason) : default);
        Assert.Empty(two.Orders.Records.All);
        two.Web.Certify();
        two.Orders.Certificates.Swap(null);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        Assert.All(await two.Orders.Records.WaitForAsync(1), r => Assert.Equal(CloseReason.NoCertificate, r.CloseReason));
        Assert.Equal(0, two.Application.Connections);
    }
}
