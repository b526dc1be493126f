using System.Runtime.InteropServices;
using Hauberk.CommandLines;
using Hauberk.ControlPlane;
using Hauberk.ControlPlane.Observability;
using Microsoft.Extensions.Logging.Console;

var parsed = ControlPlaneCommand.Create(RunAsync).Parse(args, UsageError.Parser);
if (UsageError.Of(parsed, "hauberk-control-plane") is { } error)
{
    await Console.Error.WriteLineAsync(error.ToString());
    return 2;
}
return await parsed.InvokeAsync();

static async Task<int> RunAsync(ControlPlaneOptions options)
{
    using var logs = LoggerFactory.Create(static logging => logging
        .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning)
        .AddConsole(static console => console.FormatterName = LogLine.FormatterName)
        .AddConsoleFormatter<LogLine, ConsoleFormatterOptions>()
        .Services.AddSingleton(TimeProvider.System));
    var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    try
    {
        await using var server = await ControlPlaneServer.StartAsync(options, TimeProvider.System, logs);
        await stop.Task;
        return 0;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
    {
        await Console.Error.WriteLineAsync($"hauberk-control-plane: {e.Message}");
        return 1;
    }

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.TrySetResult();
    }
}
