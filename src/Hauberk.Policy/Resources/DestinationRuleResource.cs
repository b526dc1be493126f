using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record DestinationRuleResource : Resource
{
    public required string Host { get; init; }
    public TrafficPolicy? TrafficPolicy { get; init; }
    public ImmutableArray<DestinationSubset> Subsets { get; init; } = [];

    /// <summary>Empty: exported to every namespace. "." is the rule's own namespace, "*" every.</summary>
    public ImmutableArray<string> ExportTo { get; init; } = [];
    public LabelSelector? WorkloadSelector { get; init; }
}
