using System.Diagnostics;
using System.Net;
using System.Text;
using Hauberk.Net.EventLoops;

namespace Hauberk.Net.Tests.Support;

/// <summary>A program of others as a peer: OpenSSL's, an HTTP/2 client or server, a proxy.</summary>
internal sealed class ForeignProgram : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private ForeignProgram(Process process)
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

    public static ForeignProgram OpenSslClient(IPEndPoint server, string folder, params string[] more) =>
        Start("openssl", ["s_client", "-connect", server.ToString(), "-CAfile", $"{folder}/ca.pem", .. more]);

    public static ForeignProgram OpenSslServer(int port, string folder, params string[] more) =>
        Start("openssl", ["s_server", "-accept", $"127.0.0.1:{port}", "-CAfile", $"{folder}/ca.pem", "-cert", $"{folder}/cert.pem", "-key", $"{folder}/key.pem", .. more]);

    public static ForeignProgram Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        return new ForeignProgram(Process.Start(start)!);
    }

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

    /// <summary>Waits until it has ended by itself.</summary>
    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(LoopTest.Patience);
        return process.ExitCode;
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

    private async Task CollectAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is > 0 and int count)
            lock (output) output.Append(buffer, 0, count);
    }
}
