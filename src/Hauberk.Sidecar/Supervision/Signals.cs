using System.Runtime.InteropServices;

namespace Hauberk.Sidecar.Supervision;

/// <summary>Numbers of the signals on Linux.</summary>
internal static class Signals
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int User1 = 10;
    public const int User2 = 12;
    public const int Terminate = 15;
    public const int WindowChange = 28;

    /// <summary>Those that end a program which does not expect them.</summary>
    public static bool Ends(int signal) => signal is Hangup or Interrupt or Quit or Terminate;

    /// <summary>.NET has names for some, which are negative; the others it takes as they are.</summary>
    public static PosixSignal ToPosixSignal(int signal) => signal switch
    {
        Hangup => PosixSignal.SIGHUP,
        Interrupt => PosixSignal.SIGINT,
        Quit => PosixSignal.SIGQUIT,
        Terminate => PosixSignal.SIGTERM,
        WindowChange => PosixSignal.SIGWINCH,
        _ => (PosixSignal)signal,
    };

    /// <summary>The terminal has already sent an interrupt to every process of the foreground group: passing it on would make it two.</summary>
    public static bool CameToWholeGroup(int signal) =>
        signal is Interrupt or Quit or WindowChange && LibC.GetForegroundProcessGroup(LibC.StandardInput) == LibC.GetProcessGroup();
}
