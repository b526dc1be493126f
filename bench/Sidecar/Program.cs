// ./dev bench sidecar: what mutual TLS between two sidecars costs, beside HAProxy and nginx in the same run.
using System.Runtime.InteropServices;
using Hauberk.Lab;
using Hauberk.Sidecar.Benchmarks;
using Hauberk.Sidecar.Benchmarks.Clients;
using Hauberk.Sidecar.Benchmarks.Report;

if (args is ["client", var kind, var address, var port, .. var rest]) return await LoadClient.RunAsync(kind, address, port, rest);
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
    await using var testbed = await Testbed.StartAsync(options.Loops);
    var budgets = Budget.ReadAll();
    var measuring = new Run(testbed, options, budgets).MeasureAsync();
    if (await Task.WhenAny(measuring, interrupted.Task) == interrupted.Task) throw new LabException("interrupted");
    var measured = await measuring;
    var rows = new Verdicts(budgets, measured).Rows();
    Console.WriteLine(TextTable.Of(rows));
    if (options.JsonFile is { } file) await File.WriteAllTextAsync(file, JsonReport.Of(rows));
    if (options.IsFull) await File.WriteAllTextAsync(PerformancePage.File, PerformancePage.Of(rows, options, facts, MachineFacts.Read()));
    var missed = rows.Count(row => row.Met == false);
    Console.WriteLine($"{rows.Count(row => row.Met == true)} budgets met, {missed} missed");
    return missed == 0 ? 0 : 1;
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
