using System.Text.Json;

namespace Hauberk.Cli.Tests.Commands;

public sealed class AnalyzeCommandTests
{
    // In the root namespace a selector makes it void.
    private const string Idle = """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: idle, namespace: istio-system}
        spec: {selector: {matchLabels: {app: nobody}}, mtls: {mode: STRICT}}
        """;

    [Fact]
    public async Task A_finding_has_place_code_and_exits_1()
    {
        await using var mesh = await TestMesh.StartAsync();
        var file = mesh.File("idle.yaml", Idle);
        var run = await mesh.RunAsync("analyze", "-f", file);
        Assert.Matches($@"^{System.Text.RegularExpressions.Regex.Escape(file)}:\d+:\d+: .*PeerAuthentication istio-system/idle: .* \(HBK\d{{4}}\)\n", run.Out);
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse((await mesh.RunAsync("analyze", "-f", file, "-o", "json")).Out);
        Assert.Equal(file, json.RootElement.GetProperty("problems")[0].GetProperty("file").GetString());
    }

    [Fact]
    public async Task Nothing_to_look_at_exits_0()
    {
        await using var mesh = await TestMesh.StartAsync();
        var run = await mesh.RunAsync("analyze", "-f", mesh.File("ns.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: pay}\n"));
        Assert.Equal((0, "", "Nothing to look at.\n"), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task An_invalid_file_exits_2()
    {
        await using var mesh = await TestMesh.StartAsync();
        var run = await mesh.RunAsync("analyze", "-f", mesh.File("bad.yaml", "kind: [\n"));
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.Contains("bad.yaml:", run.Error, StringComparison.Ordinal);
    }
}
