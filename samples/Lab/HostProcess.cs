using System.Diagnostics;
using System.Globalization;

namespace Hauberk.Lab;

/// <summary>A program that runs on a host. Its output goes to a file; disposing ends it.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StreamWriter log;
    private readonly Lock writing = new();
    private bool isDisposed;

    private HostProcess(string name, Process process, string logFile)
    {
        Name = name;
        LogFile = logFile;
        this.process = process;
        log = new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }

    public string Name { get; }

    public string LogFile { get; }

    public int Pid => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>All that the program has written so far.</summary>
    public string Output => ReadShared(LogFile);

    public async Task SignalAsync(string signal) =>
        await Command.TryAsync("kill", $"-{signal}", Pid.ToString(CultureInfo.InvariantCulture));

    /// <exception cref="LabException">It did not end within <paramref name="limit"/>.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan? limit = null)
    {
        var bound = limit ?? TimeSpan.FromSeconds(60);
        using var timeout = new CancellationTokenSource(bound);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new LabException($"{Name} did not end within {bound.TotalSeconds:0} s; its output is in {LogFile}");
        }
        return process.ExitCode;
    }

    /// <summary>Asks it to end, and ends it when it has not after ten seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isDisposed) return;
        isDisposed = true;
        if (!process.HasExited)
        {
            await SignalAsync("TERM");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }
        }
        process.Dispose();
        lock (writing) log.Dispose();
    }

    internal static HostProcess Start(string name, string[] command, string logFile)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start) ?? throw new LabException($"'{command[0]}' did not start");
        var started = new HostProcess(name, process, logFile);
        process.OutputDataReceived += (_, line) => started.Write(line.Data);
        process.ErrorDataReceived += (_, line) => started.Write(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    private void Write(string? line)
    {
        if (line is null) return;
        lock (writing)
        {
            if (log.BaseStream.CanWrite) log.WriteLine(line);
        }
    }

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
