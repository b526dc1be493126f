using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

[Collection("whole sidecars")]
public sealed class FirstConnectionTests
{
    [Fact]
    public async Task A_call_between_two_sidecars_is_mutual_TLS_and_both_say_so()
    {
        await using var two = await TwoSidecars.StartAsync();
        using (var client = await two.CallAsync())
        {
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
            client.End();
            Assert.False(await client.IsResetAsync());
        }
        var sent = await two.Web.Records.SingleAsync();
        Assert.Equal((ConnectionSecurity.MutualTls, Verdict.Allow, DecisionReason.AutoMutualTls, CloseReason.Finished, ClosedBy.Client),
            (sent.Security, sent.Verdict, sent.Reason, sent.CloseReason, sent.ClosedBy));
        Assert.Equal((two.Web.Identity, two.Orders.Identity), (sent.SourceIdentity, sent.DestinationIdentity));
        Assert.Equal((5, 5), (sent.BytesSent, sent.BytesReceived));
        var received = await two.Orders.Records.SingleAsync();
        Assert.Equal((ConnectionSecurity.MutualTls, Verdict.Allow, DecisionReason.NoAllowPolicy, CloseReason.Finished, ServerMode.Permissive),
            (received.Security, received.Verdict, received.Reason, received.CloseReason, received.Mode));
        Assert.Equal((two.Web.Identity, two.Orders.Identity), (received.SourceIdentity, received.DestinationIdentity));
    }
}
