namespace Hauberk.Net.Sockets;

/// <summary>What can follow the bytes that a peek showed.</summary>
public enum PeekState
{
    /// <summary>More may come.</summary>
    Open,

    /// <summary>These are all the bytes a peek will ever show: the peer has ended its side, or urgent bytes (tcp(7)) stand in the way.</summary>
    Ended,

    /// <summary>The connection was reset or closed.</summary>
    Broken,
}
