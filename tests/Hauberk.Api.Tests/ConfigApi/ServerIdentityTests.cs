using Hauberk.Api.ConfigApi;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Api.Tests.ConfigApi;

/// <summary>To whom the client gives its credential: real TLS, real certificates.</summary>
public sealed class ServerIdentityTests : IDisposable
{
    private readonly TestAuthority authority = new();

    private static Task Answer(HttpContext context, string body) => TestServer.JsonAsync(context, """{"gitVersion":"0.1.0"}""");

    [Fact]
    public async Task The_control_plane_under_a_pinned_root_is_spoken_to()
    {
        await using var server = await TestServer.StartAsync(authority, Answer);
        using var client = server.Client(authority);
        var version = await client.GetVersionAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new ServerVersion("0.1.0"), version.Value);
        Assert.Equal($"Bearer {TestServer.Token}", server.LastAuthorization);
    }

    [Theory]
    [InlineData("spiffe://cluster.local/ns/shop/sa/orders", "ns/shop/sa/orders")]
    [InlineData("spiffe://cluster.local/ns/hauberk-system/sa/control-plane/x", "control-plane/x")]
    [InlineData("spiffe://other.example/ns/hauberk-system/sa/control-plane", "other.example")]
    public async Task Another_identity_under_the_pinned_root_is_refused(string identity, string named)
    {
        await using var server = await TestServer.StartAsync(authority.Issue(identity), Answer);
        await AssertUntrustedAsync(server, authority, named);
    }

    [Fact]
    public async Task The_right_identity_under_a_foreign_root_is_refused()
    {
        using var foreign = new TestAuthority();
        await using var server = await TestServer.StartAsync(foreign, Answer);
        await AssertUntrustedAsync(server, authority, "cluster.local");
    }

    [Fact]
    public async Task An_expired_certificate_is_refused()
    {
        await using var server = await TestServer.StartAsync(authority.Issue(TestServer.ControlPlaneIdentity, isExpired: true), Answer);
        await AssertUntrustedAsync(server, authority, "");
    }

    [Fact]
    public async Task A_client_certificate_is_presented_where_the_kubeconfig_has_one()
    {
        await using var server = await TestServer.StartAsync(authority, Answer);
        using var certificate = authority.Issue("spiffe://cluster.local/ns/ops/sa/alice");
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        var user = $"client-certificate-data: {Base64(certificate.ExportCertificatePem())}, client-key-data: {Base64(key.ExportPkcs8PrivateKeyPem())}";
        using var client = new ConfigApiClient(TestServer.Parse(server.KubeconfigText(authority, user)), TimeProvider.System);
        var version = await client.GetVersionAsync(TestContext.Current.CancellationToken);
        Assert.True(version.IsSuccess, version.Problem?.ToString());
        Assert.Equal(certificate.Thumbprint, server.LastClientCertificate?.Thumbprint);
        Assert.Equal("", server.LastAuthorization ?? "");
    }

    private static async Task AssertUntrustedAsync(TestServer server, TestAuthority pinned, string named)
    {
        using var client = server.Client(pinned);
        var version = await client.GetVersionAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ApiProblemKind.Untrusted, version.Problem?.Kind);
        Assert.Contains(named, version.Problem!.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    public void Dispose() => authority.Dispose();
}
