using System.Globalization;

namespace Hauberk.EndToEnd.Tests.LongLife;

/// <summary>How many descriptors a process may have here: the sidecars raise their own limit to the hard one, which only root could raise further.</summary>
internal static class DescriptorLimit
{
    // Listeners, loops, tunnels, the control plane, what the runtime opens.
    private const int OthersThanConnections = 200;
    private const int Ceiling = 100_000;

    public static int Hard { get; } = Read();

    /// <summary>
    /// 10,000, or what fits: with mutual TLS of its own a connection takes two descriptors of each sidecar, so that a limit of 20,000 leaves 9,900 of them.
    /// In a tunnel it takes one.
    /// </summary>
    public static int Connections(string way) => Math.Min(10_000, (Hard - OthersThanConnections) / (way == BothWays.Plain ? 2 : 1));

    private static int Read()
    {
        var line = File.ReadLines("/proc/self/limits").Single(static line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return int.TryParse(hard, CultureInfo.InvariantCulture, out var limit) ? Math.Min(limit, Ceiling) : Ceiling;
    }
}
