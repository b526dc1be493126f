using System.Collections.Immutable;
using Hauberk.Policy.Reading;

namespace Hauberk.Policy.Validation;

/// <summary>Problems in the order of the document, a bounded number of each severity.</summary>
internal sealed class ProblemCollector(int maximum)
{
    private readonly List<PolicyProblem> problems = [];
    private int errors;
    private int warnings;

    public bool HasErrors => errors > 0;

    public void Error(string code, SourcePosition position, string path, string message)
    {
        if (++errors <= maximum) problems.Add(new(code, ProblemSeverity.Error, position, path, message));
    }

    public void Warn(string code, SourcePosition position, string path, string message)
    {
        if (++warnings <= maximum) problems.Add(new(code, ProblemSeverity.Warning, position, path, message));
    }

    public ImmutableArray<PolicyProblem> ToImmutable()
    {
        var left = Math.Max(0, errors - maximum) + Math.Max(0, warnings - maximum);
        if (left == 0) return InOrder();
        var last = problems[^1].Position;
        var more = new PolicyProblem(
            ProblemCodes.MoreProblems, ProblemSeverity.Warning, last with { Line = 0, Column = 0 }, "", $"{left} more problems are not shown.");
        return [.. InOrder(), more];
    }

    private ImmutableArray<PolicyProblem> InOrder() =>
    [
        .. problems.OrderBy(p => p.Position.File, StringComparer.Ordinal).ThenBy(p => p.Position.Line).ThenBy(p => p.Position.Column)
            .ThenBy(p => p.FieldPath, StringComparer.Ordinal).ThenBy(p => p.Code, StringComparer.Ordinal),
    ];
}
