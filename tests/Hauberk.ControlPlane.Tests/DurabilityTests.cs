using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Hauberk.ControlPlane.Tests;

/// <summary>The program itself, killed in the middle of its work.</summary>
public sealed class DurabilityTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "hauberk-control-plane.dll");

    // The program has fixed ports; a loopback address of its own keeps them free.
    private static readonly string Address = $"127.77.{Environment.ProcessId / 256 % 256}.{Environment.ProcessId % 256}";
    private readonly string state = Directory.CreateTempSubdirectory("hauberk-killed-").FullName;

    private Process? running;

    public void Dispose()
    {
        if (running is { HasExited: false })
        {
            running.Kill();
            running.WaitForExit();
        }
        running?.Dispose();
        Directory.Delete(state, recursive: true);
    }

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_program_is_killed()
    {
        var acknowledged = new HashSet<string>();
        for (var round = 0; round < 3; round++)
        {
            var program = await StartAsync();
            using var client = Client();
            Assert.Superset(acknowledged, await NamesAsync(client));
            var counted = 0;
            var enough = new TaskCompletionSource();
            var writers = Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
            {
                for (var i = 0; ; i++)
                {
                    var name = $"r{round}-w{w}-{i}";
                    if (!await TryCreateAsync(client, name)) return;
                    lock (acknowledged) acknowledged.Add(name);
                    if (Interlocked.Increment(ref counted) == 100) enough.SetResult();
                }
            })).ToList();
            await enough.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            program.Kill();
            await Task.WhenAll(writers);
            await program.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await StartAsync();
        using var reader = Client();
        Assert.Superset(acknowledged, await NamesAsync(reader));
    }

    private async Task<Process> StartAsync()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Program, "--state-dir", state, "--address", Address, "--listen", Address }) start.ArgumentList.Add(argument);
        running?.Dispose();
        var program = running = Process.Start(start)!;
        while (await program.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
            if (line.Contains("Ready", StringComparison.Ordinal)) return program;
        throw new InvalidOperationException($"the program did not start: {await program.StandardError.ReadToEndAsync()}");
    }

    private HttpClient Client()
    {
        var roots = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        roots.CustomTrustStore.ImportFromPemFile(Path.Combine(state, "ca", "root-cert.pem"));
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = roots } };
        var token = File.ReadLines(Path.Combine(state, "admin.kubeconfig")).Single(static l => l.Contains("token:", StringComparison.Ordinal)).Trim()["token: ".Length..];
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://{Address}:16443"),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
    }

    private static async Task<bool> TryCreateAsync(HttpClient client, string name)
    {
        try
        {
            using var body = new StringContent($$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{name}}"} }""", Encoding.UTF8, "application/json");
            using var response = await client.PostAsync("/api/v1/namespaces", body);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<HashSet<string>> NamesAsync(HttpClient client) =>
        [.. JsonNode.Parse(await client.GetStringAsync("/api/v1/namespaces"))!["items"]!.AsArray().Select(i => (string)i!["metadata"]!["name"]!)];
}
