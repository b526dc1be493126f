using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

public sealed record ServiceEntryResource : Resource
{
    public ImmutableArray<string> Hosts { get; init; } = [];
    public ImmutableArray<string> Addresses { get; init; } = [];
    public ImmutableArray<ServicePort> Ports { get; init; } = [];

    /// <summary>location: MESH_INTERNAL; the default is MESH_EXTERNAL.</summary>
    public bool IsMeshInternal { get; init; }

    /// <summary>"NONE", "STATIC", "DNS", "DNS_ROUND_ROBIN".</summary>
    public string Resolution { get; init; } = "NONE";
    public ImmutableArray<WorkloadEndpoint> Endpoints { get; init; } = [];
    public LabelSelector? WorkloadSelector { get; init; }
    public ImmutableArray<string> ExportTo { get; init; } = [];
    public ImmutableArray<string> SubjectAltNames { get; init; } = [];
}
