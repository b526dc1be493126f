using System.Diagnostics;
using System.Globalization;
using Hauberk.Lab;

namespace Hauberk.EndToEnd.Tests.LongLife;

/// <summary>What a sidecar's process holds: its sockets, the native things that it counts itself, its memory.</summary>
/// <param name="Tunnels">Kept for the next connection: a socket and a session each.</param>
internal sealed record SidecarFootprint(int Sockets, int Tunnels, long Descriptors, long Sessions, long Contexts, long Tickets, long Buffers, long PssKib)
{
    // Two shared buffers, the batch of events, the state and the output of TLS records, the input of tunnels.
    private const long BuffersOfLoop = 6;

    // What the runtime keeps of any work, and the state of the tunnels that are kept.
    private const long ToleratedKib = 8 * 1024;

    // A pool, of which each connection takes one and to which it brings one: as many as are under way at once.
    private const long ToleratedTickets = 64;

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    public static async Task<SidecarFootprint> TakeAsync(Host host, HostProcess sidecar)
    {
        var metrics = (await host.RunAsync("curl", "-sf", "http://127.0.0.1:15020/metrics")).Split('\n');
        var tunnels = await host.RunAsync("ss", "-Htn", "state", "established", "( sport = :15008 or dport = :15008 )");
        return new SidecarFootprint(
            Directory.GetFiles($"/proc/{sidecar.Pid}/fd").Count(IsSocket), tunnels.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length,
            Of("Descriptor"), Of("TlsSession"), Of("TlsContext"), Of("TlsTicket"), Of("Buffer"), PssOf(sidecar.Pid));

        long Of(string kind) =>
            Number(metrics.Single(line => line.StartsWith($"hauberk_native_resources{{kind=\"{kind}\"}}", StringComparison.Ordinal)).Split(' ')[^1]);
    }

    /// <summary>No buffer but those that each loop has for all its connections, some of them made at the first need.</summary>
    public bool HoldsNoBuffer => Buffers <= BuffersOfLoop * Environment.ProcessorCount;

    /// <summary>Of connections that have one of their own.</summary>
    public long OwnSessions => Sessions - Tunnels;

    /// <summary>Waits until the process holds what it held then, but for the tunnels that it keeps.</summary>
    public async Task UntilBackAsync(Host host, HostProcess sidecar)
    {
        var clock = Stopwatch.StartNew();
        for (var now = await TakeAsync(host, sidecar); !IsBack(now); now = await TakeAsync(host, sidecar))
        {
            Assert.True(clock.Elapsed < patience, $"{host.Name}: {this} became {now}");
            await Task.Delay(100);
        }
    }

    private bool IsBack(SidecarFootprint now) =>
        now.Sockets - now.Tunnels <= Sockets - Tunnels && now.Descriptors - now.Tunnels <= Descriptors - Tunnels
        && now.OwnSessions <= OwnSessions && now.Contexts <= Contexts && now.Tickets <= Tickets + ToleratedTickets && now.HoldsNoBuffer
        && now.PssKib <= PssKib + ToleratedKib;

    private static bool IsSocket(string descriptor) => new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;

    private static long PssOf(int pid) =>
        Number(File.ReadLines($"/proc/{pid}/smaps_rollup").Single(static line => line.StartsWith("Pss:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
