using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Hauberk.Policy.Benchmarks;

// In process and short: the budgets are far from the noise, and the machine is often shared.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
var budgets = JsonSerializer.Deserialize<Dictionary<string, Budget>>(
    File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "budgets.json")), JsonSerializerOptions.Web)!;
var measured = BenchmarkRunner.Run<AuthorizationBenchmarks>(config, args);
BenchmarkRunner.Run<RuleCountBenchmarks>(config, args);

var isWithin = true;
foreach (var report in measured.Reports)
    isWithin &= Report(report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''), report);
return isWithin ? 0 : 1;

bool Report(string name, BenchmarkReport report)
{
    var budget = budgets[name];
    var nanoseconds = report.ResultStatistics!.Mean;
    var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
    var within = nanoseconds <= budget.Nanoseconds && bytes <= budget.AllocatedBytes;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"budget: {name}: {nanoseconds:f0} ns of {budget.Nanoseconds} ns, {bytes} B of {budget.AllocatedBytes} B: {(within ? "within" : "EXCEEDED")}"));
    return within;
}
