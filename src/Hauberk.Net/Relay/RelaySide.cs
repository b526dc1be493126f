namespace Hauberk.Net.Relay;

public enum RelaySide
{
    /// <summary>The side that opened the connection.</summary>
    Downstream,

    /// <summary>The side that was dialled for it.</summary>
    Upstream,
}
