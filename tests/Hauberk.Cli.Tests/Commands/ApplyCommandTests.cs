using Hauberk.Api.Tests.ConfigApi;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Cli.Tests.Commands;

public sealed class ApplyCommandTests
{
    private const string Strict = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: pay}\nspec: {mtls: {mode: STRICT}}\n";
    private const string Namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: pay}\n";
    private const string Wrong = "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: wrong, namespace: pay}\nspec: {mtls: {mode: STRIKT}}\n";
    private const string StoredNamespace = """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"pay","resourceVersion":"3"}}""";
    private const string StoredPermissive =
        """{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"name":"default","namespace":"pay","resourceVersion":"4"},"spec":{"mtls":{"mode":"PERMISSIVE"}}}""";

    [Fact]
    public async Task Each_resource_is_created_configured_or_left_as_it_is()
    {
        await using var mesh = await TestMesh.StartAsync(
            ("GET /api/v1/namespaces/pay", StoredNamespace),
            ("POST /apis/security.istio.io/v1/namespaces/pay/peerauthentications", "{}"));
        mesh.File("policies/strict.yaml", Strict + "---\n" + Namespace);
        var run = await mesh.RunAsync("apply", "-f", Path.Combine(mesh.Folder, "policies"));
        Assert.Equal((0, "Namespace pay unchanged\nPeerAuthentication pay/default created\n", ""), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task A_difference_is_written()
    {
        await using var mesh = await TestMesh.StartAsync(
            ("GET /apis/security.istio.io/v1/namespaces/pay/peerauthentications/default", StoredPermissive),
            ("PUT /apis/security.istio.io/v1/namespaces/pay/peerauthentications/default", "{}"));
        var run = await CliRun.Async(["apply", "-f", "-", "--config", mesh.Kubeconfig], Strict, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal((0, "PeerAuthentication pay/default configured\n", ""), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task With_one_error_in_any_file_nothing_is_sent()
    {
        await using var mesh = await TestMesh.StartAsync();
        var good = mesh.File("a.yaml", Strict);
        var bad = mesh.File("b.yaml", Wrong);
        var run = await mesh.RunAsync("apply", "-f", good, "-f", bad);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains($"error: {bad}:4:15: spec.mtls.mode: ", run.Error, StringComparison.Ordinal);
        Assert.Contains("error: nothing was applied\n", run.Error, StringComparison.Ordinal);
        Assert.Empty(mesh.Server.Requests);
    }

    [Fact]
    public async Task Two_texts_for_one_object_are_an_error_that_names_both()
    {
        await using var mesh = await TestMesh.StartAsync();
        var (a, b) = (mesh.File("a.yaml", Strict), mesh.File("b.yaml", Strict));
        var run = await mesh.RunAsync("apply", "-f", a, b);
        Assert.Contains($"error: {b}:1:1: PeerAuthentication pay/default stands at {a}:1:1 already\n", run.Error, StringComparison.Ordinal);
        Assert.Empty(mesh.Server.Requests);
    }

    [Theory]
    [InlineData("none.yaml", "none.yaml: there is no such file or folder")]
    [InlineData("empty", "empty: the folder has no .yaml, .yml or .json file")]
    public async Task What_cannot_be_read_is_an_error(string name, string message)
    {
        await using var mesh = await TestMesh.StartAsync();
        Directory.CreateDirectory(Path.Combine(mesh.Folder, "empty"));
        var run = await mesh.RunAsync("apply", "-f", Path.Combine(mesh.Folder, name));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_control_plane_refuses_is_told_with_its_causes_and_the_rest_goes_on()
    {
        await using var mesh = await TestMesh.StartAsync((context, _) => (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", "/api/v1/namespaces") => TestServer.JsonAsync(context, """
                {"kind":"Status","reason":"Invalid","message":"Namespace pay is invalid","code":422,"details":{"causes":[{"field":"metadata.name","reason":"x","message":"is reserved"}]}}
                """, 422),
            ("POST", _) => TestServer.JsonAsync(context, "{}", 201),
            _ => TestServer.JsonAsync(context, "{}", 404),
        });
        var run = await mesh.RunAsync("apply", "-f", mesh.File("all.yaml", Namespace + "---\n" + Strict));
        Assert.Equal(
            (1, "PeerAuthentication pay/default created\n", "error: Namespace pay: Namespace pay is invalid\n  metadata.name: is reserved\n"),
            (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task Without_a_valid_credential_it_stops_at_the_first()
    {
        await using var mesh = await TestMesh.StartAsync((context, _) =>
            TestServer.JsonAsync(context, """{"kind":"Status","reason":"Unauthorized","message":"Unauthorized","code":401}""", 401));
        var run = await mesh.RunAsync("apply", "-f", mesh.File("all.yaml", Namespace + "---\n" + Strict));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("The credential in ", run.Error, StringComparison.Ordinal);
        Assert.Single(mesh.Server.Requests);
    }

    [Fact]
    public async Task Warnings_of_the_control_plane_are_shown_once_with_their_first_resource()
    {
        await using var mesh = await TestMesh.StartAsync((context, _) =>
        {
            if (context.Request.Method != "POST") return TestServer.JsonAsync(context, "{}", 404);
            context.Response.Headers.Append("Warning", "299 - \"clients without a sidecar lose access\"");
            return TestServer.JsonAsync(context, "{}", 201);
        });
        var run = await mesh.RunAsync("apply", "-f", mesh.File("strict.yaml", Strict + "---\n" + Strict.Replace("default", "other", StringComparison.Ordinal)));
        Assert.Equal((0, "warning: PeerAuthentication pay/default: clients without a sidecar lose access\n"), (run.ExitCode, run.Error));
    }
}
