using System.Threading.Channels;

namespace Hauberk.CertificateAuthority.Journal;

/// <summary>
/// What this authority signed: a file to which one line of JSON is added before each signature and one after. A line counts only once it is on
/// disk; lines that wait together are flushed together. One process at a time holds the file.
/// </summary>
public sealed class IssuanceJournal : IAsyncDisposable
{
    private readonly JournalFile file;
    private readonly Channel<(IssuanceRecord Record, TaskCompletionSource Done)> waiting =
        Channel.CreateBounded<(IssuanceRecord, TaskCompletionSource)>(4096);
    private readonly Task writing;

    private IssuanceJournal(JournalFile file)
    {
        this.file = file;
        writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Opens or creates the journal. A last line cut short by a crash is removed: nothing was signed for it.</summary>
    /// <exception cref="IOException">The file cannot be opened, or another process holds it.</exception>
    /// <exception cref="InvalidDataException">A line that is not the last cannot be read; the file and the line are named.</exception>
    public static IssuanceJournal Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new IssuanceJournal(JournalFile.Open(path));
    }

    /// <summary>The whole lines of a journal that no process holds.</summary>
    public static IEnumerable<IssuanceRecord> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        foreach (var (record, _) in JournalFile.Lines(stream, path))
            yield return record;
    }

    /// <summary>Returns once the line is on disk.</summary>
    /// <exception cref="InvalidOperationException">An intent repeats a serial number: the random source is broken.</exception>
    /// <exception cref="IOException">The line could not be written and is not in the file.</exception>
    public async Task AppendAsync(IssuanceRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await waiting.Writer.WriteAsync((record, done));
        await done.Task;
    }

    private async Task WriteAllAsync()
    {
        var batch = new List<(IssuanceRecord Record, TaskCompletionSource Done)>();
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (waiting.Reader.TryRead(out var next))
                Accept(next, batch);
            Write(batch);
            batch.Clear();
        }
    }

    private void Accept((IssuanceRecord Record, TaskCompletionSource Done) next, List<(IssuanceRecord, TaskCompletionSource)> batch)
    {
        if (next.Record.Step != IssuanceStep.Intent || file.Serials.TryAdd(next.Record))
            batch.Add(next);
        else
            next.Done.SetException(new InvalidOperationException($"the serial number {next.Record.Serial} was used before"));
    }

    private void Write(List<(IssuanceRecord Record, TaskCompletionSource Done)> batch)
    {
        try
        {
            file.Append(batch.Select(static line => line.Record));
            batch.ForEach(static line => line.Done.SetResult());
        }
        catch (Exception e)
        {
            // Whatever it was, those who wait must not sign.
            batch.ForEach(line => line.Done.SetException(new IOException($"the journal cannot be written: {e.Message}", e)));
        }
    }

    /// <summary>Finishes what waits, then closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing;
        file.Dispose();
    }
}
