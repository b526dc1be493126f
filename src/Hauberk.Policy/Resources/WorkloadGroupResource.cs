using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record WorkloadGroupResource : Resource
{
    /// <summary>Labels and annotations that every member gets.</summary>
    public ImmutableDictionary<string, string> MemberLabels { get; init; } = ImmutableDictionary<string, string>.Empty;
    public ImmutableDictionary<string, string> MemberAnnotations { get; init; } = ImmutableDictionary<string, string>.Empty;
    public required WorkloadEndpoint Template { get; init; }
}
