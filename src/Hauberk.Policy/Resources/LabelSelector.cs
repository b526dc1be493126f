using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>All pairs must be on the workload: exact, case-sensitive (specification 1.2). An empty selector counts as absent.</summary>
public sealed record LabelSelector(ImmutableDictionary<string, string> MatchLabels)
{
    public bool IsEmpty => MatchLabels.IsEmpty;

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in MatchLabels)
            if (!labels.TryGetValue(key, out var actual) || actual != value) return false;
        return true;
    }
}
