namespace Hauberk.Net.EventLoops;

/// <summary>Brings every <c>await</c> that began on a loop's thread back to it.</summary>
internal sealed class LoopSynchronizationContext(EventLoop loop) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) => loop.Post(d, state);

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A loop is never waited for synchronously.");

    public override SynchronizationContext CreateCopy() => this;
}
