using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record DestinationSubset
{
    public required string Name { get; init; }
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
    public TrafficPolicy? TrafficPolicy { get; init; }
}
