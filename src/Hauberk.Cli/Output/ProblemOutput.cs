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

    /// <summary>Of the running mesh: no file; the message names the resource.</summary>
    public static string OfLive(PolicyProblem problem) =>
        problem.FieldPath.Length == 0 ? $"{problem.Message} ({problem.Code})" : $"{problem.Message} ({problem.FieldPath}, {problem.Code})";

    /// <summary>Every problem on standard error; true where one of them is an error.</summary>
    public static bool Report(Printer printer, IReadOnlyCollection<PolicyProblem> problems)
    {
        foreach (var warning in problems.Where(p => p.Severity == ProblemSeverity.Warning)) printer.Warning(Of(warning));
        return ReportErrors(printer, problems);
    }

    /// <summary>Every error on standard error; true where there is one.</summary>
    public static bool ReportErrors(Printer printer, IReadOnlyCollection<PolicyProblem> problems)
    {
        var errors = problems.Where(p => p.Severity == ProblemSeverity.Error).ToList();
        foreach (var error in errors) printer.Fail(Of(error));
        return errors.Count > 0;
    }
}
