// ./dev bench sidecar: what mutual TLS between two sidecars costs, beside HAProxy and nginx in the same run.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Hauberk.Lab;
using Hauberk.Sidecar.Benchmarks;
using Hauberk.Sidecar.Benchmarks.Clients;
using Hauberk.Sidecar.Benchmarks.Report;

if (args is ["client", var kind, var address, var port, .. var rest]) return LoadClient.Run(kind, address, port, rest);
if (BenchmarkOptions.TryParse(args) is not { } options)
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 2;
}
// Namespaces and what runs in them would stay behind otherwise.
var interrupted = new TaskCompletionSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
try
{
    var facts = MachineFacts.Read();
    var budgets = Budget.ReadAll();
    var samples = new Samples();
    var measuring = TimeSpan.Zero;
    foreach (var works in options.Selected) measuring += await MeasureAsync(options.LoopsOf(works.Key), works);
    var verdicts = new Verdicts(budgets, samples);
    // What has a budget comes last: that is what a terminal still shows.
    Console.WriteLine(TextTable.Of([.. verdicts.Rows.OrderBy(row => row.Budget is not null)]));
    if (options.JsonFile is { } file) await File.WriteAllTextAsync(file, JsonReport.Of(verdicts.Rows));
    if (options.IsFull) await File.WriteAllTextAsync(PerformancePage.File, PerformancePage.Of(verdicts.Rows, options, facts, MachineFacts.Read()));
    return Judge(verdicts);

    async Task<TimeSpan> MeasureAsync(int loops, IEnumerable<string> works)
    {
        await using var testbed = await Testbed.StartAsync(loops, withDirectPeers: !options.IsQuick);
        var start = Stopwatch.GetTimestamp();
        var run = new Run(testbed, options, budgets, samples).MeasureAsync(works);
        if (await Task.WhenAny(run, interrupted.Task) == interrupted.Task) throw new LabException("interrupted");
        await run;
        return Stopwatch.GetElapsedTime(start);
    }

    int Judge(Verdicts verdicts)
    {
        var missed = verdicts.Rows.Count(row => row.Met == false);
        Console.WriteLine($"{verdicts.Rows.Count(row => row.Met == true)} budgets met, {missed} missed; measured for {measuring.TotalSeconds:F0} s");
        if (!options.IsFull) return missed == 0 ? 0 : 1;
        foreach (var budget in verdicts.Unmeasured) Console.WriteLine($"nothing was measured for the budget {budget}");
        return missed == 0 && !verdicts.Unmeasured.Any() ? 0 : 1;
    }
}
catch (LabException e)
{
    Console.Error.WriteLine($"bench: {e.Message}");
    return 1;
}

void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.TrySetResult();
}
