using System.Text.Json;
using Hauberk.CertificateAuthority.Signing;

namespace Hauberk.CertificateAuthority.Journal;

/// <summary>The journal's bytes: whole lines only, whatever happens in the middle of writing.</summary>
internal sealed class JournalFile : IDisposable
{
    private readonly FileStream stream;
    private long length;

    private JournalFile(FileStream stream) => this.stream = stream;

    public LiveSerials Serials { get; } = new();

    public static JournalFile Open(string path)
    {
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            // The lock that keeps a second process out.
            Share = FileShare.None,
            UnixCreateMode = DurableFile.OwnerOnly,
            // Unbuffered, so that nothing of a failed write comes back with the next one.
            BufferSize = 0,
        });
        try
        {
            File.SetUnixFileMode(stream.SafeFileHandle, DurableFile.OwnerOnly);
            DurableFile.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            var file = new JournalFile(stream);
            file.Recover();
            return file;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Adds lines and flushes them to disk; if that fails, none of them counts.</summary>
    public void Append(IEnumerable<IssuanceRecord> records)
    {
        var lines = new MemoryStream();
        foreach (var record in records)
        {
            JsonSerializer.Serialize(lines, record, JournalJson.Default.IssuanceRecord);
            lines.WriteByte((byte)'\n');
        }
        try
        {
            stream.Position = length;
            stream.Write(lines.GetBuffer().AsSpan(0, (int)lines.Length));
            stream.Flush(flushToDisk: true);
            length += lines.Length;
        }
        catch
        {
            stream.SetLength(length);
            throw;
        }
    }

    /// <summary>The whole lines of a stream, each with the offset of its end.</summary>
    public static IEnumerable<(IssuanceRecord Record, long End)> Lines(Stream stream, string path)
    {
        var buffered = new BufferedStream(stream, 64 * 1024);
        var line = new MemoryStream();
        var (number, end) = (1, 0L);
        for (var next = buffered.ReadByte(); next >= 0; next = buffered.ReadByte())
        {
            end++;
            if (next != '\n')
            {
                line.WriteByte((byte)next);
                continue;
            }
            yield return (Parse(path, number++, line.ToArray()), end);
            line.SetLength(0);
        }
    }

    /// <summary>What follows the last whole line was never flushed, so nobody acted upon it.</summary>
    private void Recover()
    {
        foreach (var (record, end) in Lines(stream, stream.Name))
        {
            if (record.Step == IssuanceStep.Intent && !Serials.TryAdd(record))
                throw new InvalidDataException($"{stream.Name}: the serial number {record.Serial} appears twice");
            length = end;
        }
        stream.SetLength(length);
    }

    private static IssuanceRecord Parse(string path, int number, byte[] line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJson.Default.IssuanceRecord) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}, line {number} is not a journal entry: {e.Message}", e);
        }
    }

    public void Dispose() => stream.Dispose();
}
