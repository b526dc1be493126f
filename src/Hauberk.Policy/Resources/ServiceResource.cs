using System.Collections.Immutable;

namespace Hauberk.Policy.Resources;

/// <summary>Core v1 Service. Host: name.namespace.svc.DOMAIN with the short forms name and name.namespace.</summary>
public sealed record ServiceResource : Resource
{
    public ImmutableArray<ServicePort> Ports { get; init; } = [];
    public LabelSelector? Selector { get; init; }

    /// <summary>"None" (headless), an address, or null: allocated by the control plane.</summary>
    public string? ClusterIp { get; init; }
    public string Type { get; init; } = "ClusterIP";
    public string? ExternalName { get; init; }
}
