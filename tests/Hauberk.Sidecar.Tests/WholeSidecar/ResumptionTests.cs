using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Policy.Decision;
using Hauberk.Sidecar.Records;

namespace Hauberk.Sidecar.Tests.WholeSidecar;

/// <summary>A resumed session outlives neither certificate, nor bundle, nor the policy that let it in.</summary>
[Collection("whole sidecars")]
public sealed class ResumptionTests
{
    [Fact]
    public async Task Later_connections_resume_and_their_records_name_both_ends()
    {
        await using var two = await TwoSidecars.StartAsync();
        for (var i = 0; i < 3; i++) await CallAsync(two, i + 1);
        foreach (var records in new[] { two.Web.Records.All, two.Orders.Records.All })
        {
            Assert.Equal([false, true, true], records.Select(r => r.IsResumed));
            Assert.All(records, r => Assert.Equal((two.Web.Identity, two.Orders.Identity, ConnectionSecurity.MutualTls, Verdict.Allow),
                (r.SourceIdentity, r.DestinationIdentity, r.Security, r.Verdict)));
        }
    }

    [Fact]
    public async Task A_new_certificate_of_either_end_begins_anew()
    {
        await using var two = await TwoSidecars.StartAsync();
        await CallAsync(two, 1);
        two.Orders.Certify();
        await CallAsync(two, 2);
        await CallAsync(two, 3);
        two.Web.Certify();
        await CallAsync(two, 4);
        Assert.Equal([false, false, true, false], two.Orders.Records.All.Select(r => r.IsResumed));
    }

    [Fact]
    public async Task A_client_whose_certificate_has_expired_is_not_resumed()
    {
        await using var two = await TwoSidecars.StartAsync();
        var expiry = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(5);
        two.Web.Certify(TimeSpan.FromSeconds(5));
        await CallAsync(two, 1);
        await Until.TrueAsync(() => TimeProvider.System.GetUtcNow() > expiry, "the certificate expires");
        var refused = await RefusedAsync(two);
        Assert.Equal((CloseReason.PeerCertificateRefused, IdentityProblemCode.Expired, false), (refused.CloseReason, refused.Problem?.Code, refused.IsResumed));
    }

    [Fact]
    public async Task A_client_whose_root_has_left_the_bundle_is_not_resumed()
    {
        await using var two = await TwoSidecars.StartAsync();
        await CallAsync(two, 1);
        two.Orders.Configure(bundles: TrustBundleSet.Of(TestMesh.Bundle("cluster.local", two.Mesh.PartnerRoot)));
        var refused = await RefusedAsync(two);
        Assert.Equal((CloseReason.PeerCertificateRefused, IdentityProblemCode.UntrustedRoot, false), (refused.CloseReason, refused.Problem?.Code, refused.IsResumed));
    }

    [Fact]
    public async Task A_server_whose_root_has_left_the_bundle_is_not_resumed()
    {
        await using var two = await TwoSidecars.StartAsync();
        await CallAsync(two, 1);
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive)], bundles: TrustBundleSet.Of(TestMesh.Bundle("cluster.local", two.Mesh.PartnerRoot)));
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        var refused = (await two.Web.Records.WaitForAsync(2))[1];
        Assert.Equal((CloseReason.PeerCertificateRefused, IdentityProblemCode.UntrustedRoot, false), (refused.CloseReason, refused.Problem?.Code, refused.IsResumed));
    }

    [Fact]
    public async Task A_bundle_that_gains_a_root_lets_a_session_go_on()
    {
        await using var two = await TwoSidecars.StartAsync();
        await CallAsync(two, 1);
        two.Orders.Configure(bundles: TrustBundleSet.Of(TestMesh.Bundle("cluster.local", two.Mesh.Root, two.Mesh.PartnerRoot)));
        await CallAsync(two, 2);
        Assert.True(two.Orders.Records.All[1].IsResumed);
    }

    [Fact]
    public async Task A_policy_decides_about_a_resumed_connection_as_about_any()
    {
        await using var two = await TwoSidecars.StartAsync();
        await CallAsync(two, 1);
        two.Orders.Configure(AuthorizationTests.Policy("no-web", "DENY", "web"));
        var denied = await RefusedAsync(two);
        Assert.Equal((Verdict.Deny, DecisionReason.DenyRuleMatched, true, two.Web.Identity), (denied.Verdict, denied.Reason, denied.IsResumed, denied.SourceIdentity));
    }

    [Fact]
    public async Task Secure_naming_decides_about_a_resumed_connection_as_about_any()
    {
        await using var two = await TwoSidecars.StartAsync();
        await CallAsync(two, 1);
        two.Web.Configure(destinations: [two.OrdersAt(ServerMode.Permissive) with { Identities = [SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/other")] }]);
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        var denied = (await two.Web.Records.WaitForAsync(2))[1];
        Assert.Equal((Verdict.Deny, DecisionReason.ServerIdentityNotInService), (denied.Verdict, denied.Reason));
    }

    /// <summary>One call that succeeds, ends in order, and has left <paramref name="count"/> records so far at both ends.</summary>
    private static async Task CallAsync(TwoSidecars two, int count)
    {
        using (var client = await two.CallAsync())
        {
            Assert.Equal("hello", await client.ExchangeAsync("hello"));
            client.End();
            Assert.False(await client.IsResetAsync());
        }
        await two.Web.Records.WaitForAsync(count);
        await two.Orders.Records.WaitForAsync(count);
    }

    /// <summary>The server's record of a second call, which fails.</summary>
    private static async Task<ConnectionRecord> RefusedAsync(TwoSidecars two)
    {
        Assert.True(await TestClient.IsResetAsync(two.Web.OutboundFor(TwoSidecars.OrdersService), "secret"u8.ToArray()));
        return (await two.Orders.Records.WaitForAsync(2))[1];
    }
}
