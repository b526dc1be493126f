using Hauberk.Policy.Reading;

namespace Hauberk.Policy.Validation;

/// <summary>What is wrong, or worth a word, with something an operator wrote.</summary>
/// <param name="Code">Stable, for machines: "HBK0123".</param>
/// <param name="FieldPath">As Kubernetes writes it: "spec.rules[0].from[1].source"; empty for the document as a whole.</param>
/// <param name="Message">One sentence.</param>
public sealed record PolicyProblem(string Code, ProblemSeverity Severity, SourcePosition Position, string FieldPath, string Message)
{
    public override string ToString() =>
        $"{Position}: {(Severity == ProblemSeverity.Error ? "error" : "warning")} {Code}: {(FieldPath.Length == 0 ? "" : FieldPath + ": ")}{Message}";
}
