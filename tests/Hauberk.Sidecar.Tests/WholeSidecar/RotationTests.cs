using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

[Collection("whole sidecars")]
public sealed class RotationTests
{
    [Fact]
    public async Task Certificates_rotate_under_load_and_no_call_fails()
    {
        await using var two = await TwoSidecars.StartAsync(loops: 2);
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

    [Fact]
    public async Task A_live_connection_outlives_the_certificate_it_began_with()
    {
        await using var two = await TwoSidecars.StartAsync();
        using var client = await two.CallAsync();
        Assert.Equal("hello", await client.ExchangeAsync("hello"));
        two.Web.Certificates.Swap(null);
        two.Orders.Certificates.Swap(null);
        two.Orders.Configure();
        Assert.Equal("still here", await client.ExchangeAsync("still here"));
    }

    [Fact]
    public async Task Without_a_certificate_nothing_meshed_is_sent_or_taken()
    {
        await using var two = await TwoSidecars.StartAsync();
        two.Web.Certificates.Swap(null);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        Assert.Equal((Verdict.Deny, CloseReason.NoCertificate), await two.Web.Records.SingleAsync() is var r ? (r.Verdict, r.CloseReason) : default);
        Assert.Empty(two.Orders.Records.All);
        two.Web.Certify();
        two.Orders.Certificates.Swap(null);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        Assert.Equal(CloseReason.NoCertificate, (await two.Orders.Records.SingleAsync()).CloseReason);
        Assert.Equal(0, two.Application.Connections);
    }
}
