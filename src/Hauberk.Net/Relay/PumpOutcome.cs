namespace Hauberk.Net.Relay;

/// <summary>Why a direction stopped moving bytes.</summary>
internal enum PumpOutcome
{
    /// <summary>Until one of its channels says that it is worth another try.</summary>
    Waits,

    /// <summary>It has had its turn and goes on in the next.</summary>
    Yields,
    Ended,
    SourceFailed,
    DestinationFailed,
}
