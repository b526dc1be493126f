using Hauberk.Policy.Validation;

namespace Hauberk.Cli.Output;

/// <summary>Problems of files, one line each, as compilers write them: editors jump to them.</summary>
internal static class ProblemOutput
{
    public static string Of(PolicyProblem problem)
    {
        var field = problem.FieldPath.Length == 0 ? "" : problem.FieldPath + ": ";
        var code = problem.Code.Length == 0 ? "" : $" ({problem.Code})";
        return $"{problem.Position}: {field}{problem.Message}{code}";
    }

    /// <summary>Every problem on standard error; true where one of them is an error.</summary>
    public static bool Report(Printer printer, IReadOnlyCollection<PolicyProblem> problems)
    {
        foreach (var problem in problems)
        {
            if (problem.Severity == ProblemSeverity.Error) printer.Fail(Of(problem));
            else printer.Warning(Of(problem));
        }
        return problems.Any(p => p.Severity == ProblemSeverity.Error);
    }
}
