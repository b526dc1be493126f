using System.Collections.Immutable;
using Hauberk.Policy.Resources;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Reading;

/// <summary>What one file or request body held: all of its resources, or none where any problem is an error.</summary>
public sealed record ReadResult(ImmutableArray<Resource> Resources, ImmutableArray<PolicyProblem> Problems)
{
    public bool HasErrors => Problems.Any(p => p.Severity == ProblemSeverity.Error);
}
