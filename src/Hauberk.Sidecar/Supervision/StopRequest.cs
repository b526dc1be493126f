using System.Runtime.InteropServices;

namespace Hauberk.Sidecar.Supervision;

/// <summary>Everything that can ask the proxy to stop: a signal, the admin page, or the end of its supervisor.</summary>
internal sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public CancellationToken Token => source.Token;

    public void Stop() => source.Cancel();

    /// <param name="isSupervised">The terminal's interrupt is for the supervised command: the supervisor decides when the proxy stops.</param>
    public void ListenToSignals(bool isSupervised)
    {
        Register(PosixSignal.SIGTERM, stops: true);
        Register(PosixSignal.SIGINT, stops: !isSupervised);
        Register(PosixSignal.SIGQUIT, stops: !isSupervised);
        Register(PosixSignal.SIGHUP, stops: false);
        if (isSupervised)
            _ = StopWithStandardInputAsync();
    }

    public void Dispose()
    {
        registrations.ForEach(static r => r.Dispose());
        source.Dispose();
    }

    private void Register(PosixSignal signal, bool stops) => registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (stops)
            Stop();
    }));

    private async Task StopWithStandardInputAsync()
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[64];
        try
        {
            while (await input.ReadAsync(buffer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // As good as its end.
        }
        Stop();
    }
}
