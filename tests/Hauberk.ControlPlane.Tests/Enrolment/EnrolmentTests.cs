using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Grpc.Core;
using Hauberk.Api.Enrolment;
using Hauberk.Identity;

namespace Hauberk.ControlPlane.Tests.Enrolment;

public sealed class EnrolmentTests : IAsyncLifetime
{
    private const string Tokens = "/apis/hauberk.dev/v1/namespaces/shop/jointokens";
    private const string Orders = "spiffe://cluster.local/ns/shop/sa/orders";
    private RunningControlPlane plane = null!;

    public async ValueTask InitializeAsync()
    {
        plane = await RunningControlPlane.StartAsync();
        await plane.AddWorkloadAsync("shop", "orders-1", "orders", "10.0.0.4");
        await plane.RegistryCaughtUpAsync();
    }

    public ValueTask DisposeAsync() => plane.DisposeAsync();

    [Fact]
    public async Task A_join_file_holds_all_that_is_needed_to_get_a_certificate()
    {
        var file = await JoinFileAsync();
        Assert.Equal(($"127.0.0.1:{plane.MeshPort}", "shop/orders-1", "orders"), (file.ControlPlane, file.Workload, file.ServiceAccount));
        var (csr, _) = SigningRequest();
        var response = await EnrolAsync(csr, file.Token);
        var verified = Verify(response);
        Assert.Equal(Orders, verified.Identity?.ToString());
        Assert.True(verified.NotAfter < TimeProvider.System.GetUtcNow().AddHours(25));
    }

    [Fact]
    public async Task A_token_can_be_had_as_soon_as_its_workload_is_written()
    {
        for (var i = 10; i < 60; i++)
        {
            await plane.AddWorkloadAsync("shop", $"orders-{i}", "orders", $"10.0.0.{i}");
            Assert.Equal($"shop/orders-{i}", (await JoinFileAsync($"orders-{i}")).Workload);
        }
    }

    [Fact]
    public async Task The_name_in_the_certificate_is_the_tokens_whatever_the_request_asks_for()
    {
        var (csr, _) = SigningRequest("spiffe://cluster.local/ns/hauberk-system/sa/control-plane");
        var response = await EnrolAsync(csr, (await JoinFileAsync()).Token);
        Assert.Equal(Orders, Verify(response).Identity?.ToString());
    }

    [Fact]
    public async Task A_token_is_good_for_exactly_one_certificate_even_in_a_race()
    {
        var token = (await JoinFileAsync()).Token;
        var codes = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(() => CodeAsync(SigningRequest().Csr, token))));
        Assert.Single(codes, StatusCode.OK);
        Assert.Equal(23, codes.Count(c => c == StatusCode.Unauthenticated));
        await plane.RestartAsync();
        Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(SigningRequest().Csr, token));
    }

    [Fact]
    public async Task A_request_that_cannot_be_signed_does_not_spend_the_token()
    {
        var token = (await JoinFileAsync()).Token;
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync("nonsense", token));
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(new string('x', 50_000), token));
        Assert.Equal(StatusCode.ResourceExhausted, await CodeAsync(new string('x', 10_000_000), token));
        // Only known to be wrong once the token was redeemed: it is given back.
        Assert.Equal(StatusCode.InvalidArgument, await CodeAsync(SigningRequest().Csr, token, validitySeconds: 365 * 24 * 3600));
        Assert.Equal(StatusCode.OK, await CodeAsync(SigningRequest().Csr, token));
        Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(SigningRequest().Csr, token));
    }

    [Fact]
    public async Task A_token_is_good_only_while_its_workload_is_registered()
    {
        var token = (await JoinFileAsync()).Token;
        await plane.DeleteAsync("/apis/networking.istio.io/v1/namespaces/shop/workloadentries/orders-1");
        await plane.RegistryCaughtUpAsync();
        Assert.Equal(StatusCode.PermissionDenied, await CodeAsync(SigningRequest().Csr, token));
        await plane.AddWorkloadAsync("shop", "orders-1", "orders", "10.0.0.4");
        await Eventually.TrueAsync(async () => await CodeAsync(SigningRequest().Csr, token) == StatusCode.OK);
    }

    [Theory]
    [InlineData("hbk1.000000000000000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("hbk1.")]
    [InlineData("something else")]
    [InlineData("")]
    public async Task What_is_no_token_is_refused(string token) => Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(SigningRequest().Csr, token));

    [Fact]
    public async Task A_known_id_with_another_secret_is_refused()
    {
        var token = (await JoinFileAsync()).Token;
        Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(SigningRequest().Csr, token[..30] + new string('A', 43)));
        Assert.Equal(StatusCode.OK, await CodeAsync(SigningRequest().Csr, token));
    }

    [Fact]
    public async Task Without_token_and_certificate_nothing_is_signed() => Assert.Equal(StatusCode.Unauthenticated, await CodeAsync(SigningRequest().Csr, null));

    [Fact]
    public async Task A_current_certificate_is_renewed_as_what_it_is()
    {
        var response = await EnrolAsync(SigningRequest().Csr, null, plane.Authority.Issue(Orders));
        Assert.Equal(Orders, Verify(response).Identity?.ToString());
    }

    [Theory]
    [InlineData("spiffe://cluster.local/ns/shop/sa/web")]
    [InlineData("spiffe://cluster.local/ns/hauberk-system/sa/control-plane")]
    [InlineData("spiffe://cluster.local/somebody")]
    public async Task A_certificate_whose_workload_nobody_registered_is_not_renewed(string identity) =>
        Assert.Equal(StatusCode.PermissionDenied, await CodeAsync(SigningRequest().Csr, null, client: plane.Authority.Issue(identity)));

    [Theory]
    [InlineData("""{"spec":{"serviceAccount":"orders","workload":"orders-2"}}""", "spec.workload")]
    [InlineData("""{"spec":{"serviceAccount":"web","workload":"orders-1"}}""", "spec.serviceAccount")]
    [InlineData("""{"spec":{"serviceAccount":"orders","workload":"orders-1","expirationSeconds":99999999}}""", "spec")]
    [InlineData("""{"spec":{"serviceAccount":"orders","workload":"orders-1","expirationSeconds":-1}}""", "spec.expirationSeconds")]
    public async Task A_token_for_nobody_or_for_ever_is_not_made(string body, string field)
    {
        using var response = await plane.Api.PostAsync(Tokens, new StringContent(body, Encoding.UTF8, "application/json"), Cancellation);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        var status = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancellation))!;
        Assert.Equal(field, (string)status["details"]!["causes"]![0]!["field"]!);
    }

    [Fact]
    public async Task No_token_is_kept_as_it_is()
    {
        var token = (await JoinFileAsync()).Token;
        await plane.DisposeAsyncKeepingState();
        foreach (var file in Directory.GetFiles(plane.StateDirectory))
            Assert.DoesNotContain(token[30..], Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancellation)), StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<JoinFile> JoinFileAsync(string workload = "orders-1")
    {
        var made = await plane.ApplyAsync(Tokens, $$"""{"spec":{"serviceAccount":"orders","workload":"{{workload}}","expirationSeconds":600} }""");
        Assert.True(JoinFile.TryParse(Encoding.UTF8.GetBytes(made["status"]!["joinFile"]!.ToJsonString()), out var file, out var problem), problem);
        return file;
    }

    private async Task<StatusCode> CodeAsync(string csr, string? token, long validitySeconds = 0, PresentedCertificate? client = null)
    {
        try
        {
            await EnrolAsync(csr, token, client, validitySeconds);
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private async Task<IstioCertificateResponse> EnrolAsync(string csr, string? token, PresentedCertificate? client = null, long validitySeconds = 0)
    {
        var headers = new Metadata();
        if (token is not null) headers.Add("authorization", $"Bearer {token}");
        return await new IstioCertificateService.IstioCertificateServiceClient(plane.Channel(client)).CreateCertificateAsync(
            new IstioCertificateRequest { Csr = csr, ValidityDuration = validitySeconds }, headers, cancellationToken: Cancellation);
    }

    private PeerVerification Verify(IstioCertificateResponse response)
    {
        Assert.True(CertificatePem.TryRead(string.Concat(response.CertChain), 8, out var chain, out _));
        return PeerVerifier.Verify(chain, plane.Authority.Bundles, PeerRole.Client, TimeProvider.System.GetUtcNow());
    }

    private static (string Csr, ECDsa Key) SigningRequest(string? name = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=whatever", key, HashAlgorithmName.SHA256);
        if (name is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddUri(new Uri(name));
            request.CertificateExtensions.Add(names.Build());
        }
        return (request.CreateSigningRequestPem(), key);
    }
}
