using System.Text.Json;

namespace Hauberk.Cli.Tests.Commands;

public sealed class TestCommandTests : IDisposable
{
    private const string Strict =
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: pay}\nspec: {mtls: {mode: STRICT}}\n";

    private readonly string folder = Directory.CreateTempSubdirectory("hauberk").FullName;

    private static string Test(string expect, string files = "[../policies]") => $$"""
        apiVersion: hauberk.dev/v1
        kind: PolicyTest
        metadata: {name: payments}
        spec:
          files: {{files}}
          cases:
          - name: pay is strict
            mode: {workload: {namespace: pay}, port: 80}
            expect: {{expect}}
          - name: shop is not
            mode: {workload: {namespace: shop}, port: 80}
            expect: PERMISSIVE
        """;

    private static Task<CliRun> RunAsync(params string[] args) => CliRun.Async(["test", .. args], cancellation: TestContext.Current.CancellationToken);

    [Fact]
    public async Task Files_are_named_relative_to_the_test_and_all_that_holds_exits_0()
    {
        Write("policies/strict.yaml", Strict);
        var test = Write("tests/payments.yaml", Test("STRICT"));
        var run = await RunAsync(test);
        Assert.Equal((0, $"ok      {test}: payments (2)\n2 passed, 0 failed\n", ""), (run.ExitCode, run.Out, run.Error));
    }

    [Fact]
    public async Task A_case_that_does_not_hold_is_shown_with_its_reason_and_exits_1()
    {
        Write("policies/strict.yaml", Strict);
        var test = Write("tests/payments.yaml", Test("DISABLE"));
        var run = await RunAsync(test);
        Assert.StartsWith($"FAILED  {test}: payments (1 of 2)\n        pay is strict\n          expected DISABLE, got STRICT: ", run.Out, StringComparison.Ordinal);
        Assert.EndsWith("\n1 passed, 1 failed\n", run.Out, StringComparison.Ordinal);
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task In_a_folder_only_files_of_tests_are_run()
    {
        Write("policies/strict.yaml", Strict);
        Write("tests/payments.yaml", Test("STRICT"));
        Write("notes.yaml", "this: is: not: valid");
        Assert.Equal(0, (await RunAsync(folder)).ExitCode);
    }

    [Fact]
    public async Task Json_has_the_documented_fields()
    {
        Write("policies/strict.yaml", Strict);
        var test = Write("tests/payments.yaml", Test("DISABLE"));
        using var json = JsonDocument.Parse((await RunAsync(test, "-o", "json")).Out);
        Assert.Equal((1, 1), (json.RootElement.GetProperty("passed").GetInt32(), json.RootElement.GetProperty("failed").GetInt32()));
        var first = json.RootElement.GetProperty("cases")[0];
        Assert.Equal(["file", "test", "name", "passed", "expected", "actual", "rule", "reason"], first.EnumerateObject().Select(f => f.Name));
        Assert.Equal((test, "payments", "pay is strict", false), (
            first.GetProperty("file").GetString(), first.GetProperty("test").GetString(), first.GetProperty("name").GetString(), first.GetProperty("passed").GetBoolean()));
    }

    [Theory]
    [InlineData("kind: PolicyTest\n", "1:1")]
    [InlineData("apiVersion: hauberk.dev/v1\nkind: PolicyTest\nmetadata: {name: x}\nspec:\n  cases:\n  - {name: a, mood: {}, expect: STRICT}\n", "6:5")]
    public async Task An_invalid_file_exits_2_with_its_place_and_runs_nothing(string text, string place)
    {
        var test = Write("bad.yaml", text);
        var run = await RunAsync(test);
        Assert.StartsWith($"error: {test}:{place}: ", run.Error, StringComparison.Ordinal);
        Assert.Equal((2, ""), (run.ExitCode, run.Out));
    }

    [Theory]
    [InlineData("[missing.yaml]", "there is no such file")]
    [InlineData("[\"-\"]", "there is no such file")]
    public async Task Resources_that_cannot_be_read_exit_2(string files, string message)
    {
        var run = await RunAsync(Write("test.yaml", Test("STRICT", files)));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal(2, run.ExitCode);
    }

    [Fact]
    public async Task No_test_at_all_is_no_success()
    {
        Write("policies/strict.yaml", Strict);
        Assert.Equal(2, (await RunAsync(folder)).ExitCode);
        Assert.Equal(2, (await RunAsync(Path.Combine(folder, "missing"))).ExitCode);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
