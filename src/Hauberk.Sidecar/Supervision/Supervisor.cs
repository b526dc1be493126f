using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Hauberk.Sidecar.Supervision;

/// <summary>
/// <c>run … -- COMMAND</c>: the proxy as a child process under its own user, then, once it is ready, the command as it would run without a mesh: same
/// user, same terminal, its signals passed on and its exit status kept.
/// </summary>
internal sealed partial class Supervisor(ProxyKeeper keeper, IReadOnlyList<string> command, TimeSpan drain, ILogger<Supervisor> log)
{
    /// <returns>The command's exit status, 128+n where signal n ended it.</returns>
    public async Task<int> RunAsync()
    {
        using var signals = new SignalRelay();
        using var stop = new CancellationTokenSource();
        var proxy = keeper.RunAsync(drain, stop.Token);
        await Task.WhenAny(keeper.FirstReady, proxy, signals.StoppedBeforeCommand);
        if (proxy.IsCompleted)
            return await proxy;
        var status = await RunCommandAsync(signals);
        await stop.CancelAsync();
        await proxy;
        return status;
    }

    private async Task<int> RunCommandAsync(SignalRelay signals)
    {
        if (signals.StoppedBeforeCommand.IsCompleted)
            return ExitCodes.OfSignal(await signals.StoppedBeforeCommand);
        if (CommandPath.Find(command[0], Environment.GetEnvironmentVariable("PATH")) is not { } program)
        {
            NotFound(command[0]);
            return ExitCodes.CommandNotFound;
        }
        try
        {
            if (!signals.TryStart(new ProcessStartInfo(program, command.Skip(1))))
                return ExitCodes.OfSignal(await signals.StoppedBeforeCommand);
        }
        catch (Win32Exception e)
        {
            NotExecutable(program, e.Message);
            return ExitCodes.CommandNotExecutable;
        }
        await signals.Command.WaitForExitAsync();
        return signals.Command.ExitCode;
    }

    [LoggerMessage(LogLevel.Error, "{Command}: command not found")]
    private partial void NotFound(string command);

    [LoggerMessage(LogLevel.Error, "{Command} cannot be run: {Problem}")]
    private partial void NotExecutable(string command, string problem);
}
