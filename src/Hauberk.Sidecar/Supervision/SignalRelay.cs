using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Hauberk.Sidecar.Supervision;

/// <summary>Takes the signals meant for the supervised command and passes them on to it.</summary>
internal sealed class SignalRelay : IDisposable
{
    private static readonly int[] Relayed =
        [Signals.Hangup, Signals.Interrupt, Signals.Quit, Signals.User1, Signals.User2, Signals.Terminate, Signals.WindowChange];

    private readonly Lock gate = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly TaskCompletionSource<int> stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? command;

    public SignalRelay()
    {
        foreach (var signal in Relayed)
            registrations.Add(PosixSignalRegistration.Create(Signals.ToPosixSignal(signal), context =>
            {
                context.Cancel = true;
                Take(signal);
            }));
    }

    /// <summary>The first signal that asks for an end and came before there was a command.</summary>
    public Task<int> StoppedBeforeCommand => stopped.Task;

    /// <summary>False: a signal asked for the end before the command could start.</summary>
    public bool TryStart(ProcessStartInfo start)
    {
        lock (gate)
        {
            if (stopped.Task.IsCompleted)
                return false;
            command = Process.Start(start)!;
            return true;
        }
    }

    public Process Command => command ?? throw new InvalidOperationException("there is no command yet");

    public void Dispose() => registrations.ForEach(static r => r.Dispose());

    private void Take(int signal)
    {
        lock (gate)
        {
            if (command is null)
            {
                if (Signals.Ends(signal))
                    stopped.TrySetResult(signal);
            }
            else if (!command.HasExited && !Signals.CameToWholeGroup(signal))
            {
                _ = LibC.Kill(command.Id, signal);
            }
        }
    }
}
