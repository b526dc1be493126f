using System.Text.Json;
using Hauberk.Api.Enrolment;

namespace Hauberk.Cli.Tests.Commands;

public sealed class TokenCommandTests
{
    private const string Request = "POST /apis/hauberk.dev/v1/namespaces/shop/jointokens";
    private static readonly string[] Create = ["token", "create", "--namespace", "shop", "--service-account", "orders", "--workload", "orders-1"];

    private static string Answer(string rootPem) => $$$"""
        {"status":{"joinFile":{"controlPlane":"cp:15012","trustDomain":"cluster.local","workload":"shop/orders-1","serviceAccount":"orders","token":"hbk1.secret",
         "trustBundle":"{{{JsonEncodedText.Encode(rootPem)}}}"} } }
        """;

    private static async Task<TestMesh> StartAsync()
    {
        TestMesh? mesh = null;
        mesh = await TestMesh.StartAsync((context, _) => Hauberk.Api.Tests.ConfigApi.TestServer.JsonAsync(context, Answer(mesh!.RootPem), 201));
        return mesh;
    }

    [Fact]
    public async Task The_join_file_is_the_owners_alone_and_the_token_is_not_shown()
    {
        await using var mesh = await StartAsync();
        var path = Path.Combine(mesh.Folder, "orders.join");
        var run = await mesh.RunAsync([.. Create, "--ttl", "15m", "--out", path]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.True(JoinFile.TryRead(path, out var file, out var problem), problem);
        Assert.Equal("hbk1.secret", file.Token);
        Assert.DoesNotContain("secret", run.Out + run.Error, StringComparison.Ordinal);
        Assert.Equal(
            $"Wrote {path} for shop/orders-1. Its token is good for one certificate within 15 min.\n" +
            "Bring it to the workload's machine, and there, as root:\n" +
            "  hauberk-sidecar capture install --user hauberk\n" +
            "  hauberk-sidecar run --join orders.join --user hauberk\n", run.Out);
        Assert.Contains("\"expirationSeconds\":900", mesh.Server.Requests.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_not_overwritten_and_no_token_is_made()
    {
        await using var mesh = await StartAsync();
        var path = mesh.File("orders.join", "mine");
        var run = await mesh.RunAsync([.. Create, "--out", path]);
        Assert.Equal((2, "mine"), (run.ExitCode, await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)));
        Assert.Contains("exists already", run.Error, StringComparison.Ordinal);
        Assert.Empty(mesh.Server.Requests);
    }

    [Fact]
    public async Task A_dash_prints_the_join_file_and_nothing_else()
    {
        await using var mesh = await StartAsync();
        var run = await mesh.RunAsync([.. Create, "--out", "-"]);
        Assert.True(JoinFile.TryParse(System.Text.Encoding.UTF8.GetBytes(run.Out), out var file, out var problem), problem);
        Assert.Equal("hbk1.secret", file.Token);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("31d")]
    [InlineData("1w")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("99999999d")]
    public async Task A_lifetime_out_of_range_is_refused(string lifetime)
    {
        var run = await CliRun.Async([.. Create, "--out", "-", "--ttl", lifetime], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("error: --ttl must be ", run.Error, StringComparison.Ordinal);
    }
}
