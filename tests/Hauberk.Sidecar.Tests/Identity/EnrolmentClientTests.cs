using Grpc.Core;
using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Tests.ControlPlane;

namespace Hauberk.Sidecar.Tests.Identity;

public sealed class EnrolmentClientTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly TestMesh mesh = new(Now);

    [Fact]
    public async Task The_token_gives_a_certificate_over_a_key_of_its_own()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        var first = await RequestAsync(controlPlane);
        var second = await RequestAsync(controlPlane);

        Assert.True(first.IsIssued, first.Problem);
        Assert.Equal(TestMesh.WebId, first.Certificate.Identity.ToString());
        Assert.Equal(2, first.Certificate.ChainDer.Length);
        Assert.Equal([$"token Bearer {TestControlPlane.Token}", $"token Bearer {TestControlPlane.Token}"], controlPlane.Enrolment.Callers);
        Assert.NotEqual(first.Certificate.PrivateKeyDer.ToArray(), second.Certificate!.PrivateKeyDer.ToArray());
    }

    [Fact]
    public async Task A_valid_certificate_speaks_for_itself_and_the_token_stays_where_it_is()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        var current = TestWorkload.Certificate(mesh, Now.AddMinutes(-1), Now.AddHours(1));
        var result = await RequestAsync(controlPlane, current);

        Assert.True(result.IsIssued, result.Problem);
        Assert.Equal(["certificate"], controlPlane.Enrolment.Callers);
        Assert.NotNull(Assert.Single(controlPlane.Clients));
    }

    [Theory]
    [InlineData(StatusCode.Unauthenticated, true)]
    [InlineData(StatusCode.PermissionDenied, false)]
    [InlineData(StatusCode.Unavailable, false)]
    public async Task A_token_that_is_not_accepted_is_spent_and_any_other_refusal_may_pass(StatusCode refusal, bool isSpent)
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        controlPlane.Enrolment.Refusal = refusal;
        Assert.Equal(isSpent, (await RequestAsync(controlPlane)).IsTokenSpent);
        var current = TestWorkload.Certificate(mesh, Now.AddMinutes(-1), Now.AddHours(1));
        Assert.False((await RequestAsync(controlPlane, current)).IsTokenSpent);
    }

    [Theory]
    [InlineData("spiffe://cluster.local/ns/shop/sa/orders")]
    [InlineData("spiffe://cluster.local/ns/hauberk-system/sa/control-plane2")]
    [InlineData("spiffe://cluster.local/ns/hauberk-system/sa/control-plane/x")]
    [InlineData("spiffe://partner.example/ns/hauberk-system/sa/control-plane")]
    public async Task A_server_that_is_not_the_control_plane_never_sees_the_token(string impostor)
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh, impostor);
        var result = await RequestAsync(controlPlane);

        Assert.False(result.IsIssued);
        Assert.Empty(controlPlane.Enrolment.Callers);
    }

    [Fact]
    public async Task A_server_with_the_right_name_from_another_root_never_sees_the_token()
    {
        var elsewhere = new TestMesh(Now);
        await using var controlPlane = await TestControlPlane.StartAsync(mesh, intermediate: elsewhere.Intermediate);
        var result = await RequestAsync(controlPlane);

        Assert.False(result.IsIssued);
        Assert.Empty(controlPlane.Enrolment.Callers);
    }

    [Fact]
    public async Task A_partners_root_does_not_vouch_for_the_control_plane()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh, intermediate: mesh.PartnerRoot);
        Assert.False((await RequestAsync(controlPlane)).IsIssued);
        Assert.Empty(controlPlane.Enrolment.Callers);
    }

    [Fact]
    public async Task A_certificate_for_another_workload_is_not_taken()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        controlPlane.Enrolment.IssuedIdentity = "spiffe://cluster.local/ns/shop/sa/orders";
        var result = await RequestAsync(controlPlane);
        Assert.Contains("not for", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_key_is_not_taken()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        controlPlane.Enrolment.SignsAnotherKey = true;
        var result = await RequestAsync(controlPlane);
        Assert.Contains("another key", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_comes_with_its_reason()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        controlPlane.Enrolment.Refusal = StatusCode.PermissionDenied;
        var result = await RequestAsync(controlPlane);
        Assert.Contains("PermissionDenied", result.Problem, StringComparison.Ordinal);
        Assert.Contains("refused by the test", result.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_control_plane_is_a_problem_and_no_exception()
    {
        var controlPlane = await TestControlPlane.StartAsync(mesh);
        await controlPlane.DisposeAsync();
        Assert.Contains("Unavailable", (await RequestAsync(controlPlane)).Problem, StringComparison.Ordinal);
    }

    private async Task<EnrolmentResult> RequestAsync(TestControlPlane controlPlane, WorkloadCertificate? current = null)
    {
        var trust = mesh.Bundles;
        var tls = new ControlPlaneTls(TrustDomain.Parse(TestMesh.TrustDomainName), () => trust, socketMark: null, TimeProvider.System);
        return await new EnrolmentClient(controlPlane.JoinFile, TestWorkload.Id, tls, () => trust, TimeProvider.System)
            .RequestAsync(current, TestContext.Current.CancellationToken);
    }
}
