namespace Hauberk.Net.Sockets;

public enum ConnectProblemKind
{
    Refused,

    /// <summary>Answered, and reset before the attempt had seen the answer: the other end may know of the connection.</summary>
    Reset,

    TimedOut,
    Unreachable,

    /// <summary>The machine could not make the socket: no descriptors, no ports, no rights for the mark.</summary>
    LocalFailure,

    /// <summary>The owner or the end of the loop stopped the attempt.</summary>
    Aborted,
}
