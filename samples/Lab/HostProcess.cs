using System.Diagnostics;
using System.Globalization;

namespace Hauberk.Lab;

/// <summary>A program that runs on a host. Its output goes to a file; disposing ends it.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Lock _lock = new();
    private bool _isDisposed;

    private HostProcess(string name, Process process, string logFile)
    {
        Name = name;
        LogFile = logFile;
        _process = process;
        _log = new StreamWriter(new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }

    public string Name { get; }

    public string LogFile { get; }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

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
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new LabException($"{Name} did not end within {bound.TotalSeconds:0} s; its output is in {LogFile}");
        }
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, and ends it when it has not after ten seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (!_process.HasExited)
        {
            await SignalAsync("TERM");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }
        _process.Dispose();
        lock (_lock) _log.Dispose();
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
        lock (_lock)
        {
            if (_log.BaseStream.CanWrite) _log.WriteLine(line);
        }
    }

    private static string ReadShared(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
