using System.Diagnostics;
using Hauberk.Lab;
using Hauberk.Sidecar.Benchmarks.Report;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>All measurements, interleaved: each round passes every pair once, the next in the opposite order.</summary>
internal sealed class Run(Testbed testbed, BenchmarkOptions options, IReadOnlyList<Budget> budgets)
{
    private const int RatePerSecond = 1000;
    private const int RateSeconds = 5;
    private const int StartRounds = 7;

    private readonly Samples _samples = new();

    public async Task<Samples> MeasureAsync()
    {
        foreach (var work in Works.All.Where(options.Selected.Contains)) await MeasureAsync(work);
        return _samples;
    }

    private Task MeasureAsync(string work) => work switch
    {
        Works.IdleSidecar => IdleSidecarAsync(),
        Works.Idle1000 => IdleAsync(work, 1000),
        Works.Idle5000 => IdleAsync(work, 5000),
        Works.KeepAlive => LoadAsync(Workload.KeepAlive),
        Works.NewConnection => LoadAsync(Workload.NewConnection),
        Works.Bulk1 => LoadAsync(Workload.Bulk1),
        Works.Bulk8 => LoadAsync(Workload.Bulk8),
        Works.FixedRate => FixedRateAsync(work),
        Works.BesideStalledAndBulk => BesideStalledAndBulkAsync(work),
        Works.StartToFirstByte => StartToFirstByteAsync(work),
        _ => throw new ArgumentOutOfRangeException(nameof(work), work, "no such work"),
    };

    private Task IdleSidecarAsync()
    {
        _samples.Add(Works.IdleSidecar, ProxyPair.Hauberk, "pssMib", testbed.IdleSidecarPssKib / 1024.0);
        return Task.CompletedTask;
    }

    private async Task LoadAsync(Workload workload)
    {
        var start = testbed.Records.Length;
        await InRoundsAsync(RoundsOf(workload), [ProxyPair.Hauberk, .. PeersOf(workload)], pair => MeasureLoadAsync(workload, pair));
        _samples.SetThrough(workload.Name, await testbed.Records.ThroughSinceAsync(start));
    }

    /// <summary>A quick run leaves out those that no budget names.</summary>
    private IEnumerable<string> PeersOf(Workload workload) =>
        workload.Peers.Where(peer => !options.IsQuick || budgets.Any(budget => budget.Work == workload.Name && budget.Peer == peer));

    // A quick run must end within 50 seconds; bulk varies least.
    private int RoundsOf(Workload workload) => options.IsQuick && workload.IsBulk ? Math.Min(options.Rounds, 2) : options.Rounds;

    private async Task InRoundsAsync(int rounds, string[] pairs, Func<ProxyPair, Task> measure)
    {
        for (var round = 0; round < rounds; round++)
            foreach (var name in round % 2 == 0 ? pairs : pairs.Reverse())
                await measure(testbed[name]);
    }

    private async Task MeasureLoadAsync(Workload workload, ProxyPair pair)
    {
        var before = pair.CpuTime;
        var result = await Wrk.RunAsync(pair, workload, options.SecondsPerRound);
        var cpu = pair.CpuTime - before;
        _samples.Add(workload.Name, pair.Name, workload.CpuMetric, workload.CpuPerUnit(cpu, result));
        if (workload.IsBulk)
        {
            _samples.Add(workload.Name, pair.Name, "megabytesPerSecond", result.BytesPerSecond / 1e6);
            return;
        }
        _samples.Add(workload.Name, pair.Name, "requestsPerSecond", result.RequestsPerSecond);
        _samples.Add(workload.Name, pair.Name, "p50Us", result.P50Us);
        _samples.Add(workload.Name, pair.Name, "p99Us", result.P99Us);
    }

    private async Task IdleAsync(string work, int count)
    {
        var start = testbed.Records.Length;
        foreach (var name in new[] { ProxyPair.Hauberk, ProxyPair.HaproxyMutualTls, ProxyPair.NginxMutualTls })
        {
            var pair = testbed[name];
            var before = pair.PssKib;
            await using (var client = StartClient(pair, work, "idle", $"{count}"))
            {
                await ClientSaysAsync(client, "open", TimeSpan.FromSeconds(120));
                // Each has carried a request and its answer; what was needed for that has a moment to go.
                await Task.Delay(1500);
                _samples.Add(work, name, "pssKibPerConnection", (pair.PssKib - before) / (double)count);
            }
        }
        _samples.SetThrough(work, await testbed.Records.ThroughSinceAsync(start));
    }

    private async Task FixedRateAsync(string work)
    {
        var start = testbed.Records.Length;
        await InRoundsAsync(options.Rounds, [ProxyPair.Hauberk, ProxyPair.HaproxyMutualTls], async pair =>
        {
            await using var client = StartClient(pair, work, "rate", $"{RatePerSecond}", $"{RateSeconds}");
            var latencies = (await ClientSaysAsync(client, "latencyUs", TimeSpan.FromSeconds(RateSeconds + 30))).Split(' ');
            _samples.Add(work, pair.Name, "p50Us", Numbers.Parse(latencies[0]));
            _samples.Add(work, pair.Name, "p99Us", Numbers.Parse(latencies[1]));
        });
        _samples.SetThrough(work, await testbed.Records.ThroughSinceAsync(start));
    }

    /// <summary>64 busy connections, alone and beside one that is never read and one that takes all it can.</summary>
    private async Task BesideStalledAndBulkAsync(string work)
    {
        var start = testbed.Records.Length;
        var pair = testbed[ProxyPair.Hauberk];
        for (var round = 0; round < options.Rounds; round++)
        {
            _samples.Add(work, "alone", "p99Us", (await Wrk.RunAsync(pair, Workload.KeepAlive, options.SecondsPerRound)).P99Us);
            await using var stalled = StartClient(pair, work, "stalled");
            await ClientSaysAsync(stalled, "stalled");
            var bulk = Wrk.RunAsync(pair, Workload.Bulk1, options.SecondsPerRound + 1);
            _samples.Add(work, pair.Name, "p99Us", (await Wrk.RunAsync(pair, Workload.KeepAlive, options.SecondsPerRound)).P99Us);
            await bulk;
        }
        _samples.SetThrough(work, await testbed.Records.ThroughSinceAsync(start));
    }

    /// <summary>From starting the caller's sidecar, with identity and configuration of its last run, to the first byte of an answer through it.</summary>
    private async Task StartToFirstByteAsync(string work)
    {
        for (var round = 0; round < StartRounds; round++)
        {
            await testbed.StopClientSidecarAsync();
            await using var client = StartClient(testbed[ProxyPair.Hauberk], work, "first");
            await ClientSaysAsync(client, "waiting");
            var started = Stopwatch.GetTimestamp();
            await testbed.StartClientSidecarAsync();
            // The monotonic clock is the machine's: both processes read the same one.
            var first = (long)Numbers.Parse(await ClientSaysAsync(client, "first"));
            _samples.Add(work, ProxyPair.Hauberk, "wallMs", Stopwatch.GetElapsedTime(started, first).TotalMilliseconds);
        }
    }

    private static HostProcess StartClient(ProxyPair pair, string work, string kind, params string[] arguments) =>
        pair.Caller.Start($"{work}-{kind}-{Guid.NewGuid():N}", [Environment.ProcessPath!, "client", kind, pair.Address, $"{pair.Port}", .. arguments]);

    /// <summary>The rest of the line that begins with <paramref name="word"/>.</summary>
    private static async Task<string> ClientSaysAsync(HostProcess client, string word, TimeSpan? limit = null)
    {
        string? said = null;
        await Wait.UntilAsync($"{client.Name} says '{word}'", () =>
        {
            said = client.Output.Split('\n').FirstOrDefault(line => line.StartsWith(word, StringComparison.Ordinal));
            return said is null && client.HasExited
                ? throw new LabException($"{client.Name} ended: {client.Output}")
                : Task.FromResult(said is not null);
        }, limit);
        return said![word.Length..].Trim();
    }
}
