using System.Globalization;
using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests;

/// <summary>What a sidecar costs before it does anything.</summary>
public sealed class FootprintTests(TwoHosts hosts) : IClassFixture<TwoHosts>
{
    private const long DiskBytesMax = 25_000_000;
    private const long IdlePssKibMax = 35 * 1024;

    [Fact]
    public void The_sidecar_takes_at_most_25_MB_on_disk()
    {
        var folder = Path.GetDirectoryName(Programs.Sidecar)!;
        Assert.InRange(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 1, DiskBytesMax);
    }

    [Fact]
    public void An_idle_sidecar_takes_at_most_35_MiB_of_memory()
    {
        Assert.InRange(ProportionalSetSizeKib(hosts.ClientSidecar.Pid), 1, IdlePssKibMax);
    }

    private static long ProportionalSetSizeKib(int pid)
    {
        var pss = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/smaps_rollup"))
            .Single(line => line.StartsWith("Pss:", StringComparison.Ordinal));
        return long.Parse(pss.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
