namespace Hauberk.Net.Relay;

public enum RelayEnd
{
    /// <summary>Both directions ended in order; <see cref="RelayResult.EndedBy"/> ended first.</summary>
    Completed,

    /// <summary>A channel broke: <see cref="RelayResult.Problem"/>.</summary>
    Failed,

    /// <summary>The upstream was lost before anything had come from either side. The downstream is left open, for another.</summary>
    Unused,

    /// <summary>No byte moved for the idle timeout.</summary>
    IdleTimeout,

    /// <summary>The owner cut it: <see cref="RelayResult.AbortReason"/>.</summary>
    Aborted,
}
