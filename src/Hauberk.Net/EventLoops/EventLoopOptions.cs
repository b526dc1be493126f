namespace Hauberk.Net.EventLoops;

public sealed record EventLoopOptions
{
    /// <summary>Told of every exception that escaped from a callback, on the loop's thread, after its connection was cut.</summary>
    public Action<Exception>? OnUnhandledException { get; init; }

    /// <summary>How long disposal waits for the loop's own asynchronous work to end after all connections were cut.</summary>
    public int StopTimeoutMs { get; init; } = 5_000;
}
