using System.Diagnostics;
using System.Net;
using System.Text;
using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Tests.Support;

/// <summary>OpenSSL's command-line program as a foreign peer.</summary>
internal sealed class OpenSslTool : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private OpenSslTool(Process process)
    {
        this.process = process;
        _ = CollectAsync(process.StandardOutput);
        _ = CollectAsync(process.StandardError);
    }

    /// <summary>All it has printed so far.</summary>
    public string Output
    {
        get { lock (output) return output.ToString(); }
    }

    public static OpenSslTool Client(IPEndPoint server, string folder, params string[] more) =>
        Start(["s_client", "-connect", server.ToString(), "-CAfile", $"{folder}/ca.pem", .. more]);

    public static OpenSslTool Server(int port, string folder, params string[] more) =>
        Start(["s_server", "-accept", $"127.0.0.1:{port}", "-CAfile", $"{folder}/ca.pem", "-cert", $"{folder}/cert.pem", "-key", $"{folder}/key.pem", .. more]);

    /// <summary>Writes certificate, key and root where the program can read them.</summary>
    public static string WriteFiles(TestAuthority authority, string name)
    {
        string folder = Directory.CreateTempSubdirectory("hauberk-net-test").FullName;
        (string certificate, string key) = authority.IssuePem(name);
        File.WriteAllText($"{folder}/cert.pem", certificate);
        File.WriteAllText($"{folder}/key.pem", key);
        File.WriteAllText($"{folder}/ca.pem", authority.RootPem);
        return folder;
    }

    public void Type(string text)
    {
        process.StandardInput.Write(text);
        process.StandardInput.Flush();
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Waits until it has printed a text, so many times.</summary>
    public async Task ExpectAsync(string text, int times = 1)
    {
        var deadline = Deadline.After((int)LoopTest.Patience.TotalMilliseconds);
        while (Output.Split(text).Length <= times)
        {
            Assert.False(deadline.HasPassed, $"never printed: {text}\n{Output}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    private static OpenSslTool Start(string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        return new OpenSslTool(Process.Start(start)!);
    }

    private async Task CollectAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and int count)
            lock (output) output.Append(buffer, 0, count);
    }
}
