using System.Collections.Immutable;

namespace Hauberk.Policy.Testing;

/// <summary>Puts the cases of a test to the engine that sidecars enforce with.</summary>
public static class PolicyTestRunner
{
    public static ImmutableArray<PolicyTestResult> Run(PolicyTest test)
    {
        ArgumentNullException.ThrowIfNull(test);
        return [.. test.Cases.Select(c => Run(test, c))];
    }

    private static PolicyTestResult Run(PolicyTest test, PolicyTestCase @case)
    {
        var answer = @case.Ask(test.Resources);
        var fits = @case.Expected.Fits(answer);
        var byRule = @case.ExpectedRule is not { } wanted || IsRule(answer.Rule, wanted);
        var expected = @case.ExpectedRule is null ? @case.Expected.Text : $"{@case.Expected.Text} by {@case.ExpectedRule}";
        var actual = fits && !byRule ? $"{answer.Text} by {answer.Rule ?? "default"}" : answer.Text;
        return new(test.File, test.Name, @case.Name, fits && byRule, expected, actual, answer.Rule, answer.Reason);
    }

    private static bool IsRule(string? actual, string wanted) =>
        actual is not null && (actual == wanted || actual.StartsWith(wanted + "[", StringComparison.Ordinal));
}
