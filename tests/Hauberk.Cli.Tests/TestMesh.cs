using Hauberk.Api.Tests.ConfigApi;
using Microsoft.AspNetCore.Http;

namespace Hauberk.Cli.Tests;

/// <summary>A control plane as far as the config API goes, with a kubeconfig for it and a folder of its own.</summary>
internal sealed class TestMesh : IAsyncDisposable
{
    private readonly TestAuthority authority;

    private TestMesh(TestAuthority authority, TestServer server)
    {
        this.authority = authority;
        Server = server;
        Kubeconfig = File("config", server.KubeconfigText(authority));
        System.IO.File.SetUnixFileMode(Kubeconfig, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public TestServer Server { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("hauberk").FullName;

    public string Kubeconfig { get; }

    public string RootPem => authority.RootPem;

    /// <param name="answers">"METHOD /path" (without query) to status and JSON; 404 for what is not among them.</param>
    public static Task<TestMesh> StartAsync(params (string Request, string Json)[] answers) => StartAsync((context, _) =>
    {
        var request = $"{context.Request.Method} {context.Request.Path}";
        var answer = answers.FirstOrDefault(a => a.Request == request);
        return answer.Json is { } json
            ? TestServer.JsonAsync(context, json, context.Request.Method == "POST" ? 201 : 200)
            : TestServer.JsonAsync(context, """{"kind":"Status","reason":"NotFound","message":"not found","code":404}""", 404);
    });

    public static async Task<TestMesh> StartAsync(Func<HttpContext, string, Task> answer)
    {
        // The clock of the program under test stands still in 2026; certificates are valid around it.
        var authority = new TestAuthority(CliRun.Now);
        return new(authority, await TestServer.StartAsync(authority, answer));
    }

    public string File(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    public Task<CliRun> RunAsync(params string[] args) => CliRun.Async([.. args, "--config", Kubeconfig], cancellation: TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
