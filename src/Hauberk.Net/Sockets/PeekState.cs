namespace Hauberk.Net.Sockets;

/// <summary>What can follow the bytes that a peek showed.</summary>
public enum PeekState
{
    /// <summary>More may come.</summary>
    Open,

    /// <summary>The peer has ended its side: these are all the bytes there will be.</summary>
    Ended,

    /// <summary>The connection was reset or closed.</summary>
    Broken,
}
