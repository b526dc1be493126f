namespace Hauberk.Policy.Validation;

/// <summary>An error refuses the resource; a warning comes with its acceptance.</summary>
public enum ProblemSeverity
{
    Warning,
    Error,
}
