using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Supervision;

/// <summary>
/// Keeps one proxy process running: starts it again when it dies, until told to stop. While it is away captured connections find no listener and
/// are refused, so nothing goes around it.
/// </summary>
internal sealed partial class ProxyKeeper(ProcessStartInfo proxy, TimeProvider time, ILogger<ProxyKeeper> log)
{
    /// <summary>How much longer than its own drain the proxy may take to exit.</summary>
    private static readonly TimeSpan ExitGrace = TimeSpan.FromSeconds(5);

    private readonly Backoff backoff = new(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10));
    private readonly TaskCompletionSource firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? current;

    /// <summary>Completes when a proxy has been ready for the first time.</summary>
    public Task FirstReady => firstReady.Task;

    /// <summary>For tests: the process that runs now.</summary>
    internal int? CurrentProcessId => Volatile.Read(ref current)?.Id;

    /// <returns>The proxy's exit code where it says that it can never start, else 0 after <paramref name="stop"/>.</returns>
    public async Task<int> RunAsync(TimeSpan drain, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var exitCode = await RunOnceAsync(drain, stop);
            if (stop.IsCancellationRequested)
                break;
            if (exitCode == ExitCodes.CannotStart && !firstReady.Task.IsCompleted)
                return exitCode;
            await WaitBeforeRestartAsync(exitCode, stop);
        }
        return ExitCodes.Success;
    }

    private async Task<int> RunOnceAsync(TimeSpan drain, CancellationToken stop)
    {
        try
        {
            using var notify = new NotifySocket();
            using var process = Start(notify.Path);
            var exit = process.WaitForExitAsync(CancellationToken.None);
            await WatchReadinessAsync(notify, exit, stop);
            await Task.WhenAny(exit, WhenCancelled(stop));
            if (stop.IsCancellationRequested)
                await EndAsync(process, exit, drain + ExitGrace);
            return process.ExitCode;
        }
        catch (Exception e) when (e is IOException or Win32Exception or SocketException)
        {
            NotStarted(e.Message);
            return ExitCodes.Failure;
        }
    }

    private Process Start(string notifySocket)
    {
        proxy.Environment[ServiceNotifier.Variable] = notifySocket;
        // The proxy ends when this pipe does, so it never outlives its supervisor.
        proxy.RedirectStandardInput = true;
        var process = Process.Start(proxy)!;
        Volatile.Write(ref current, process);
        Started(process.Id);
        return process;
    }

    private async Task WatchReadinessAsync(NotifySocket notify, Task exit, CancellationToken stop)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var ready = notify.WaitUntilReadyAsync(cancel.Token);
        if (await Task.WhenAny(ready, exit) == ready && ready.IsCompletedSuccessfully)
        {
            backoff.Reset();
            firstReady.TrySetResult();
        }
        await cancel.CancelAsync();
        await ready.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WaitBeforeRestartAsync(int exitCode, CancellationToken stop)
    {
        var delay = backoff.Next();
        Died(exitCode, delay.TotalMilliseconds);
        await Task.Delay(delay, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task EndAsync(Process process, Task exit, TimeSpan within)
    {
        _ = LibC.Kill(process.Id, Signals.Terminate);
        if (await Task.WhenAny(exit, Task.Delay(within, time, CancellationToken.None)) != exit)
        {
            Overdue(process.Id);
            process.Kill();
        }
        await exit;
    }

    private static Task WhenCancelled(CancellationToken token) =>
        Task.Delay(Timeout.InfiniteTimeSpan, token).ContinueWith(static _ => { }, TaskScheduler.Default);

    [LoggerMessage(LogLevel.Information, "started the proxy as process {ProcessId}")]
    private partial void Started(int processId);

    [LoggerMessage(LogLevel.Error, "the proxy cannot be started: {Problem}")]
    private partial void NotStarted(string problem);

    [LoggerMessage(LogLevel.Error, "the proxy exited with {ExitCode}; starting it again in {DelayMs} ms, captured traffic is refused meanwhile")]
    private partial void Died(int exitCode, double delayMs);

    [LoggerMessage(LogLevel.Warning, "the proxy, process {ProcessId}, did not drain in time and is ended")]
    private partial void Overdue(int processId);
}
