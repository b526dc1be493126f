using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

/// <summary>What the readers of one document share.</summary>
internal sealed class ResourceContext(ProblemCollector problems)
{
    private readonly List<string> notEnforced = [];
    private SourcePosition firstNotEnforced;

    public ProblemCollector Problems { get; } = problems;

    public void NotEnforced(SourcePosition position, string path)
    {
        if (notEnforced.Count == 0) firstNotEnforced = position;
        notEnforced.Add(path);
    }

    /// <summary>One warning for the resource, whatever the number of fields.</summary>
    public void ReportNotEnforced(string kind)
    {
        if (notEnforced.Count == 0) return;
        var fields = string.Join(", ", notEnforced.Take(10)) + (notEnforced.Count > 10 ? $" and {notEnforced.Count - 10} more" : "");
        Problems.Warn(ProblemCodes.NotEnforced, firstNotEnforced, notEnforced[0], $"Accepted, not enforced in this {kind}: {fields}.");
    }
}
