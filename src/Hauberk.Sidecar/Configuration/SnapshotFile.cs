using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Hauberk.Api.Distribution;

namespace Hauberk.Sidecar.Configuration;

/// <summary>
/// The last configuration on disk, so that a restart needs no control plane: a heading, whom it is for, every table as a response that fills it, and
/// a SHA-256 over all of it. What cannot be read counts as not there.
/// </summary>
/// <param name="keptFor">Which workload of which mesh: what was kept for another is not read.</param>
internal sealed class SnapshotFile(StateDirectory directory, string keptFor)
{
    public const string Name = "configuration.bin";
    private const string Heading = "hauberk configuration 1";
    private const int MaxBytes = 256 << 20;

    /// <exception cref="IOException"/>
    public void Save(IReadOnlyList<DeltaDiscoveryResponse> tables) => directory.Write(Name, file =>
    {
        using var sum = SHA256.Create();
        using (var summed = new CryptoStream(file, sum, CryptoStreamMode.Write, leaveOpen: true))
        {
            using (var writer = new BinaryWriter(summed, Encoding.UTF8, leaveOpen: true))
            {
                writer.Write(Heading);
                writer.Write(keptFor);
                writer.Write(tables.Count);
            }
            foreach (var table in tables)
                table.WriteDelimitedTo(summed);
        }
        file.Write(sum.Hash);
    });

    /// <param name="problem">Null where there simply is no file.</param>
    /// <returns>Null: nothing that can be used.</returns>
    public IReadOnlyList<DeltaDiscoveryResponse>? TryLoad(out string? problem)
    {
        problem = null;
        try
        {
            return directory.TryRead(Name, MaxBytes) is { } bytes ? Parse(bytes, out problem) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProtocolBufferException)
        {
            problem = e.Message;
            return null;
        }
    }

    private List<DeltaDiscoveryResponse>? Parse(byte[] bytes, out string? problem)
    {
        var length = bytes.Length - SHA256.HashSizeInBytes;
        problem = length <= 0 || !SHA256.HashData(bytes.AsSpan(0, length)).AsSpan().SequenceEqual(bytes.AsSpan(length))
            ? "its checksum is not that of its contents"
            : null;
        if (problem is not null)
            return null;
        using var stream = new MemoryStream(bytes, 0, length, writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        problem = reader.ReadString() != Heading ? "it is of another version of this program"
            : reader.ReadString() != keptFor ? "it is of another workload or another mesh"
            : null;
        if (problem is not null)
            return null;
        var tables = new List<DeltaDiscoveryResponse>();
        for (var left = reader.ReadInt32(); left > 0; left--)
            tables.Add(DeltaDiscoveryResponse.Parser.ParseDelimitedFrom(stream));
        return tables;
    }
}
