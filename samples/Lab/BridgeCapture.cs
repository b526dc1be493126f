using System.Text.RegularExpressions;

namespace Hauberk.Lab;

/// <summary>Everything that passes over the bridge, as tcpdump wrote it.</summary>
public sealed partial class BridgeCapture : IAsyncDisposable
{
    private readonly HostProcess tcpdump;
    private readonly string file;

    private BridgeCapture(HostProcess tcpdump, string file)
    {
        this.tcpdump = tcpdump;
        this.file = file;
    }

    public static async Task<BridgeCapture> StartAsync(Network network, string name)
    {
        var file = Path.Combine(network.LogFolder, $"{name}.pcap");
        var tcpdump = network.Switch.Start($"tcpdump-{name}", "tcpdump", "-i", "bridge", "--immediate-mode", "-U", "-s", "0", "-Z", "root", "-w", file);
        await Wait.UntilAsync("tcpdump listens", () => Task.FromResult(tcpdump.Output.Contains("listening on", StringComparison.Ordinal)));
        return new(tcpdump, file);
    }

    /// <summary>Ends the capture; all bytes of all packets, headers included.</summary>
    public async Task<byte[]> StopAsync()
    {
        // Asked to end, it leaves behind what the kernel still holds for it.
        await Wait.UntilAsync("tcpdump has written all that passed", async () =>
        {
            await tcpdump.SignalAsync("USR1");
            return Counts().Matches(tcpdump.Output).LastOrDefault() is { } last && last.Groups["written"].Value == last.Groups["passed"].Value;
        });
        await tcpdump.SignalAsync("INT");
        await tcpdump.WaitForExitAsync();
        return await File.ReadAllBytesAsync(file);
    }

    public ValueTask DisposeAsync() => tcpdump.DisposeAsync();

    [GeneratedRegex("(?<written>[0-9]+) packets? captured, (?<passed>[0-9]+) packets? received by filter")]
    private static partial Regex Counts();
}
