using System.Collections.Immutable;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Testing;

/// <summary>The tests of one file, or what is wrong with it. With an error there are no tests.</summary>
public sealed record PolicyTestFile(string File, ImmutableArray<PolicyTest> Tests, ImmutableArray<PolicyProblem> Problems)
{
    public bool HasErrors => Problems.Any(p => p.Severity == ProblemSeverity.Error);
}
