using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;

namespace Hauberk.Sidecar.Records;

/// <summary>
/// Writes records as lines of JSON, in batches, off the event loops. A loop never waits for it: when the queue is full the record is counted
/// as dropped instead.
/// </summary>
public sealed class AccessLog : IAsyncDisposable
{
    public const int QueueCapacity = 16 * 1024;
    private const int BatchBytes = 64 * 1024;

    // A thread woken for each record would cost a connection more than its record does.
    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(50);

    private readonly Stream stream;
    private readonly Channel<ConnectionRecord> queue;
    private readonly Task writing;
    private long dropped;

    /// <param name="stream">Owned from here on.</param>
    public AccessLog(Stream stream, int queueCapacity = QueueCapacity)
    {
        this.stream = stream;
        queue = Channel.CreateBounded<ConnectionRecord>(new BoundedChannelOptions(queueCapacity) { SingleReader = true });
        writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Records that found the queue full or could not be written.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    public void Write(ConnectionRecord record)
    {
        if (!queue.Writer.TryWrite(record))
            Interlocked.Increment(ref dropped);
    }

    /// <summary>Writes what is queued, then closes the stream.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await writing;
        await stream.DisposeAsync();
    }

    private async Task WriteAllAsync()
    {
        var lines = new ArrayBufferWriter<byte>(BatchBytes);
        await using var json = new Utf8JsonWriter(lines);
        while (await queue.Reader.WaitToReadAsync())
        {
            // After a full batch more waits already.
            if (lines.WrittenCount < BatchBytes)
                await Task.Delay(GatherFor);
            var count = 0;
            lines.ResetWrittenCount();
            while (lines.WrittenCount < BatchBytes && queue.Reader.TryRead(out var record))
            {
                json.Reset(lines);
                AccessLogLine.Write(json, record);
                lines.Write("\n"u8);
                count++;
            }
            await WriteBatchAsync(lines.WrittenMemory, count);
        }
    }

    private async Task WriteBatchAsync(ReadOnlyMemory<byte> lines, int count)
    {
        try
        {
            await stream.WriteAsync(lines);
            await stream.FlushAsync();
        }
        catch (IOException)
        {
            // A full disk must not stop the traffic; the metric tells.
            Interlocked.Add(ref dropped, count);
        }
    }
}
