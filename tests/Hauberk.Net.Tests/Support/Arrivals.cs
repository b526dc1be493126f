using System.Threading.Channels;

namespace Hauberk.Net.Tests.Support;

/// <summary>Things that another thread produces, in order, for a test to wait for.</summary>
internal sealed class Arrivals<T>
{
    private readonly Channel<T> channel = Channel.CreateUnbounded<T>();

    public bool IsEmpty => !channel.Reader.TryPeek(out _);

    public void Add(T item) => channel.Writer.TryWrite(item);

    public Task<T> NextAsync() => channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(LoopTest.Patience);

    /// <summary>The next one, left in place.</summary>
    public async Task<T> PeekAsync()
    {
        await channel.Reader.WaitToReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(LoopTest.Patience);
        Assert.True(channel.Reader.TryPeek(out T? item));
        return item;
    }
}
