namespace Hauberk.Net.Sockets;

public enum WaitOutcome
{
    Ready,
    TimedOut,

    /// <summary>The connection was closed on this side while waiting.</summary>
    Closed,
}
