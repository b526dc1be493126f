using System.Collections.Concurrent;
using Hauberk.Conformance.Tests.Live;

namespace Hauberk.Conformance.Tests;

/// <summary>The cases of conformance/, put to the engine, to the command line and to live sidecars: all must agree.</summary>
public sealed class AgreementTests(ITestOutputHelper output)
{
    /// <summary>How many cases live sidecars answer today. It only grows.</summary>
    private const int PutToLiveSidecars = 336;

    [Fact]
    public async Task The_command_line_says_what_the_engine_says()
    {
        var cases = ConformanceFolder.Cases();
        var run = await CommandLineRun.OfAsync(ConformanceFolder.Path());
        Assert.Equal((0, cases.Length, 0), (run.ExitCode, run.Passed, run.Failed));
        Assert.Equal(cases.Select(c => c.Key).Order(StringComparer.Ordinal), run.Answers.Keys.Order(StringComparer.Ordinal));
        Assert.All(cases, c => Assert.Equal(
            new CommandLineRun.Answer(c.Engine.Passed, c.Engine.Expected, c.Engine.Actual, c.Engine.Rule), run.Answers[c.Key]));
        output.WriteLine($"put to the engine and to the command line: {cases.Length}");
    }

    [Fact]
    public async Task Live_sidecars_do_what_the_engine_says()
    {
        var cases = ConformanceFolder.Cases();
        var answers = new ConcurrentDictionary<string, LiveAnswer>();
        var mesh = new LiveMesh();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (c, _) => answers[c.Key] = await mesh.AskAsync(c));
        Report(cases, answers);
        Assert.Equal([], cases.Select(c => Disagreement(c, answers[c.Key])).OfType<string>());
        var put = answers.Values.Count(a => a.Answer is not null);
        Assert.True(put >= PutToLiveSidecars, $"{put} cases were put to live sidecars, {PutToLiveSidecars} were before");
    }

    private static string? Disagreement(ConformanceCase asked, LiveAnswer live) =>
        live.Answer is not { } answer || (asked.Case.Expected.Fits(answer) && (!live.IsRuleKnown || answer.Rule == asked.Engine.Rule))
            ? null
            : $"{asked.Key}: expected {asked.Engine.Expected} ({asked.Engine.Rule ?? "default"}), got {answer.Text} ({answer.Rule ?? "default"}): {answer.Reason}";

    private void Report(IReadOnlyCollection<ConformanceCase> cases, IReadOnlyDictionary<string, LiveAnswer> answers)
    {
        output.WriteLine($"put to the engine: {cases.Count}");
        output.WriteLine($"put to live sidecars: {answers.Values.Count(a => a.Answer is not null)}");
        foreach (var question in cases.GroupBy(c => c.Case.Question))
            output.WriteLine($"  {question.Key}: {question.Count(c => answers[c.Key].Answer is not null)} of {question.Count()}");
        output.WriteLine("not put to live sidecars:");
        foreach (var why in answers.Values.Where(a => a.Answer is null).GroupBy(a => a.WhyNot!.Value).OrderBy(g => g.Key))
            output.WriteLine($"  {why.Key}: {why.Count()}");
    }
}
