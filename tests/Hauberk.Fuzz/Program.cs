using System.Globalization;
using Hauberk.Fuzz;
using Hauberk.Fuzz.Targets;

// Before all else: instrumented code must have somewhere to count.
var coverage = new CoverageMap();

// SEEDS ARTIFACTS MINUTES [TARGET…]: exits 1 where something was found.
if (args is not [var seeds, var artifacts, var minutes, .. var names]
    || !double.TryParse(minutes, CultureInfo.InvariantCulture, out var total) || total <= 0)
    return Usage("usage: SEEDS ARTIFACTS MINUTES [TARGET…]");
var targets = names.Length == 0 ? AllTargets.Of : [.. AllTargets.Of.Where(t => names.Contains(t.Name))];
if (targets.Count < names.Length || targets.Count == 0)
    return Usage($"targets: {string.Join(' ', AllTargets.Of.Select(t => t.Name))}");
Directory.CreateDirectory(artifacts);
var seed = Environment.TickCount;
Console.WriteLine($"seed {seed}");
var found = 0;
foreach (var target in targets)
    if (!new FuzzRun(target, coverage, artifacts).Run(InputFolder.Read(Path.Combine(seeds, target.Name)), TimeSpan.FromMinutes(total / targets.Count), seed))
        found++;
return found == 0 ? 0 : 1;

static int Usage(string text)
{
    Console.Error.WriteLine(text);
    return 2;
}
