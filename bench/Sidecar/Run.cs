using System.Diagnostics;
using Hauberk.Lab;
using Hauberk.Sidecar.Benchmarks.Clients;
using Hauberk.Sidecar.Benchmarks.Report;

namespace Hauberk.Sidecar.Benchmarks;

/// <summary>All measurements, interleaved: each round passes every pair once, the next in the opposite order.</summary>
internal sealed class Run(Testbed testbed, BenchmarkOptions options, IReadOnlyList<Budget> budgets, Samples samples)
{
    private const int RatePerSecond = 1000;

    // The slowest hundredth is to be of more than the machine's own hiccups.
    private const int RateSeconds = 15;
    private const int StartRounds = 7;

    // A percentile wavers more than a sum of CPU time.
    private int BesideRounds => 2 * options.Rounds;

    public async Task MeasureAsync(IEnumerable<string> works)
    {
        foreach (var work in works)
        {
            Console.Error.WriteLine($"bench: {work}");
            await MeasureAsync(work);
        }
    }

    private Task MeasureAsync(string work) => work switch
    {
        Works.IdleSidecar => IdleSidecarAsync(),
        Works.Idle1000 => IdleAsync(work, 1000),
        Works.Idle5000 => IdleAsync(work, 5000),
        Works.KeepAlive => LoadAsync(Workload.KeepAlive),
        Works.KeepAliveTwoLoops => LoadAsync(Workload.KeepAliveTwoLoops),
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
        samples.Add(Works.IdleSidecar, ProxyPair.Ours[0], "pssMib", testbed.IdleSidecarPssKib / 1024.0);
        return Task.CompletedTask;
    }

    private Task LoadAsync(Workload workload) =>
        InRoundsAsync(options.Rounds, workload.Connections, [.. ProxyPair.Ours, .. PeersOf(workload)], pair => MeasureLoadAsync(workload, pair));

    /// <summary>A quick run leaves out those that no budget names.</summary>
    private IEnumerable<string> PeersOf(Workload workload) =>
        workload.Peers.Where(peer => !options.IsQuick || budgets.Any(budget => budget.Work == workload.Name && budget.Peer == peer));

    /// <summary>Fails where our connections went otherwise than the pair's name says.</summary>
    /// <param name="connections">That <paramref name="measure"/> makes at least.</param>
    private async Task InRoundsAsync(int rounds, int connections, string[] pairs, Func<ProxyPair, Task> measure)
    {
        var records = pairs.Intersect(ProxyPair.Ours).Select(name => new AccessRecords(testbed[name])).ToList();
        for (var round = 0; round < rounds; round++)
            foreach (var name in InOrderOf(round, pairs)) await measure(testbed[name]);
        foreach (var ours in records) await ours.DemandAsync(rounds * connections);
    }

    private static IEnumerable<T> InOrderOf<T>(int round, T[] items) => round % 2 == 0 ? items : items.Reverse();

    private async Task MeasureLoadAsync(Workload workload, ProxyPair pair)
    {
        var (result, cost) = workload.IsOnStandingConnections ? await LoadStandingAsync(workload, pair) : await LoadWholeAsync(workload, pair);
        samples.Add(workload.Name, pair.Name, workload.CpuMetric, cost);
        if (workload.IsBulk)
        {
            samples.Add(workload.Name, pair.Name, "megabytesPerSecond", result.BytesPerSecond / 1e6);
            return;
        }
        AddRate(workload.Name, pair.Name, result);
    }

    private void AddRate(string work, string pair, WrkResult result)
    {
        samples.Add(work, pair, "requestsPerSecond", result.RequestsPerSecond);
        samples.Add(work, pair, "p50Us", result.P50Us);
        samples.Add(work, pair, "p99Us", result.P99Us);
    }

    private async Task<(WrkResult Result, double CpuPerUnit)> LoadWholeAsync(Workload workload, ProxyPair pair)
    {
        var before = pair.CpuTime;
        var result = await Wrk.RunAsync(pair, workload, options.SecondsPerRound);
        return (result, workload.CpuPerUnit(pair.CpuTime - before, result));
    }

    /// <summary>Counts from when all connections have reached the application: 64 handshakes cost as much as thousands of requests.</summary>
    private async Task<(WrkResult Result, double CpuPerUnit)> LoadStandingAsync(Workload workload, ProxyPair pair)
    {
        await using var load = Wrk.Start(pair, workload);
        ApplicationStatus first = null!;
        await Wait.UntilAsync($"the connections of {pair.Name} stand", async () =>
            (first = await ApplicationStatus.ReadAsync(pair.Server)).Connections > workload.Connections);
        var before = pair.CpuTime;
        await Task.Delay(TimeSpan.FromSeconds(options.SecondsPerRound));
        var last = await ApplicationStatus.ReadAsync(pair.Server);
        var cpu = pair.CpuTime - before;
        var result = await Wrk.StopAsync(load, pair, workload);
        return (result, workload.CpuPerUnit(cpu, result with { Requests = last.Requests - first.Requests }));
    }

    private Task IdleAsync(string work, int count) =>
        InRoundsAsync(rounds: 1, count, [.. ProxyPair.Ours, ProxyPair.HaproxyMutualTls, ProxyPair.NginxMutualTls], async pair =>
        {
            var before = pair.PssKib;
            await using var client = StartClient(pair, work, "idle", $"{count}");
            await ClientSaysAsync(client, "open", TimeSpan.FromSeconds(120));
            // Each has carried a request and its answer; what was needed for that has a moment to go.
            await Task.Delay(1500);
            samples.Add(work, pair.Name, "pssKibPerConnection", (pair.PssKib - before) / (double)count);
        });

    private Task FixedRateAsync(string work) =>
        InRoundsAsync(options.Rounds, FixedRate.Connections, [.. ProxyPair.Ours, ProxyPair.HaproxyMutualTls], async pair =>
        {
            await using var client = StartClient(pair, work, "rate", $"{RatePerSecond}", $"{RateSeconds}");
            var latencies = (await ClientSaysAsync(client, "latencyUs", TimeSpan.FromSeconds(RateSeconds + 30))).Split(' ');
            samples.Add(work, pair.Name, "p50Us", Numbers.Parse(latencies[0]));
            samples.Add(work, pair.Name, "p99Us", Numbers.Parse(latencies[1]));
        });

    /// <summary>
    /// 64 busy connections in a tunnel, beside one that is never read and one that takes all it can: in the tunnel too, or elsewhere on the machine, or not at all.
    /// </summary>
    private async Task BesideStalledAndBulkAsync(string work)
    {
        var tunnel = testbed[ProxyPair.Tunnel];
        (string Name, ProxyPair? Others)[] ways = [("alone", null), ("elsewhere", testbed[ProxyPair.HaproxyPlaintext]), (tunnel.Name, tunnel)];
        var records = new AccessRecords(tunnel);
        for (var round = 0; round < BesideRounds; round++)
            foreach (var (name, others) in InOrderOf(round, ways))
            {
                await using var stalled = others is null ? null : await StalledAsync(work, others);
                var bulk = others is null ? Task.CompletedTask : Wrk.RunAsync(others, Workload.Bulk1, options.SecondsPerRound + 1);
                AddRate(work, name, await Wrk.RunAsync(tunnel, Workload.KeepAlive, options.SecondsPerRound));
                await bulk;
            }
        await records.DemandAsync(BesideRounds * ways.Length * Workload.KeepAlive.Connections);
    }

    private static async Task<HostProcess> StalledAsync(string work, ProxyPair pair)
    {
        var client = StartClient(pair, work, "stalled");
        await ClientSaysAsync(client, "stalled");
        return client;
    }

    /// <summary>From starting the caller's sidecar, with identity and configuration of its last run, to the first byte of an answer through it.</summary>
    private Task StartToFirstByteAsync(string work) =>
        InRoundsAsync(StartRounds, connections: 1, [.. ProxyPair.Ours], async pair =>
        {
            var meshed = testbed.Meshed(pair.Name);
            await meshed.StopClientSidecarAsync();
            await using var client = StartClient(pair, work, "first");
            await ClientSaysAsync(client, "waiting");
            var started = Stopwatch.GetTimestamp();
            await meshed.StartClientSidecarAsync();
            // The monotonic clock is the machine's: both processes read the same one.
            var first = (long)Numbers.Parse(await ClientSaysAsync(client, "first"));
            samples.Add(work, pair.Name, "wallMs", Stopwatch.GetElapsedTime(started, first).TotalMilliseconds);
        });

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
