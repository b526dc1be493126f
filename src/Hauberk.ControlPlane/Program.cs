using System.Runtime.InteropServices;
using Hauberk.ControlPlane;

return await ControlPlaneCommand.Create(RunAsync).Parse(args).InvokeAsync();

static async Task<int> RunAsync(ControlPlaneOptions options)
{
    using var logs = LoggerFactory.Create(static logging => logging
        .AddFilter("Microsoft", LogLevel.Warning).AddFilter("Grpc", LogLevel.Warning)
        .AddSimpleConsole(static format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        }));
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
