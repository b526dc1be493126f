using System.Diagnostics;

namespace Hauberk.Fuzz;

/// <summary>One target for some time: known inputs first, then what is made of them; what reaches new branches becomes known.</summary>
internal sealed class FuzzRun(IFuzzTarget target, CoverageMap coverage, string artifacts)
{
    private readonly List<byte[]> known = [];
    private long tried;

    private string Found => Path.Combine(artifacts, "corpus", target.Name);

    /// <summary>False: something was found, and written.</summary>
    public bool Run(IReadOnlyList<byte[]> seeds, TimeSpan time, int seed)
    {
        var current = Path.Combine(artifacts, target.Name + ".current");
        if (CurrentInput.Recover(current) is { } fatal) return Report(fatal, "the process died, or did not end, with this input");
        using var kept = new CurrentInput(current);
        using var watchdog = new Timer(_ => Environment.FailFast($"{target.Name}: an input takes more than {FuzzLimits.MaxWait}"));
        bool Try(byte[] input)
        {
            kept.Set(input);
            watchdog.Change(FuzzLimits.MaxWait, Timeout.InfiniteTimeSpan);
            return Holds(input);
        }
        foreach (var input in seeds.Concat(InputFolder.Read(Found)).Append([]))
        {
            if (!Try(input)) return false;
            coverage.TakeNew();
            known.Add(input);
        }
        var mutator = new Mutator(seed, FuzzLimits.MaxInputBytes);
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < time;)
        {
            var input = mutator.Mutate(known);
            if (!Try(input)) return false;
            if (!coverage.TakeNew()) continue;
            known.Add(input);
            InputFolder.Write(Found, input);
        }
        Console.WriteLine($"{target.Name}: {tried} inputs, {known.Count} known, nothing found ({(coverage.HasSeenAny ? "guided by coverage" : "not instrumented: blind")})");
        return true;
    }

    private bool Holds(byte[] input)
    {
        tried++;
        coverage.Clear();
        var before = Environment.CpuUsage.TotalTime;
        try
        {
            target.Fuzz(input);
        }
        catch (Exception e)
        {
            return Report(input, e.ToString());
        }
        var took = Environment.CpuUsage.TotalTime - before;
        return took < FuzzLimits.MaxTime || Report(input, $"took {took.TotalSeconds:F1} s of processor time");
    }

    private bool Report(byte[] input, string what)
    {
        var path = InputFolder.Write(artifacts, input);
        var named = Path.Combine(artifacts, $"{target.Name}-{Path.GetFileName(path)}");
        File.Move(path, named, overwrite: true);
        File.WriteAllText(named + ".txt", what);
        Console.WriteLine($"{target.Name}: FOUND after {tried} inputs: {named}\n{what}");
        return false;
    }
}
