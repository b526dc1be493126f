using Hauberk.Identity;
using Hauberk.Identity.Tests.Corpus;
using Hauberk.Sidecar.Identity;
using Hauberk.Sidecar.Tests.ControlPlane;

namespace Hauberk.Sidecar.Tests.Identity;

public sealed class ControlPlaneTlsTests
{
    private readonly TestMesh mesh = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task One_handler_connects_any_number_of_times()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        var tls = Tls(mesh.Bundles);
        using var client = new HttpClient(tls.CreateHandler(null)) { DefaultRequestVersion = new Version(2, 0) };
        for (var i = 0; i < 2 * PeerVerifier.MaxChainLength; i++)
        {
            using var response = await GetAsync(client, controlPlane.JoinFile.ControlPlaneUri);
            await controlPlane.StopAsync();
            await controlPlane.ListenAsync();
        }
        Assert.Equal(2 * PeerVerifier.MaxChainLength, controlPlane.Clients.Count);
    }

    [Fact]
    public async Task The_roots_of_the_moment_decide()
    {
        await using var controlPlane = await TestControlPlane.StartAsync(mesh);
        var tls = Tls(new TestMesh(mesh.Now).Bundles);
        using var client = new HttpClient(tls.CreateHandler(null)) { DefaultRequestVersion = new Version(2, 0) };
        await Assert.ThrowsAsync<HttpRequestException>(
            () => client.GetAsync(controlPlane.JoinFile.ControlPlaneUri, TestContext.Current.CancellationToken));
        Assert.NotNull(tls.LastProblem);
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, Uri page)
    {
        try
        {
            return await client.GetAsync(page, TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError != HttpRequestError.SecureConnectionError)
        {
            // It had not seen yet that its last connection was cut.
            return await client.GetAsync(page, TestContext.Current.CancellationToken);
        }
    }

    private static ControlPlaneTls Tls(TrustBundleSet trust) =>
        new(TrustDomain.Parse(TestMesh.TrustDomainName), () => trust, socketMark: null, TimeProvider.System);
}
